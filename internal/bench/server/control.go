package server

import (
	"bufio"
	"encoding/json"
	"net"

	"github.com/chorus-go/chorus/internal/bench/control"
)

func (s *Server) serveControl() error {
	for {
		conn, err := s.control.Accept()
		if closed(err) {
			return nil
		}
		if err != nil {
			return err
		}
		go s.obey(conn)
	}
}

func (s *Server) obey(conn net.Conn) {
	lines := bufio.NewScanner(conn)
	for lines.Scan() {
		switch lines.Text() {
		case control.Begin:
			s.begin()
		case control.Beats:
			if err := json.NewEncoder(conn).Encode(s.heard()); err != nil {
				return
			}
		}
	}
	_ = conn.Close()
}
