package server

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
)

// The commands of a control connection, one a line.
const (
	begin = "begin" // begin the floods of the present connections; not answered
	beats = "beats" // answered with a line of JSON: when heartbeats of the newest connection arrived, in milliseconds
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
		case begin:
			s.begin()
		case beats:
			if err := json.NewEncoder(conn).Encode(s.heard()); err != nil {
				return
			}
		}
	}
	_ = conn.Close()
}

// Control is a connection over which a server is told what to do.
type Control struct {
	conn net.Conn
}

// DialControl connects to a server's control address.
func DialControl(address string) (*Control, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("server: control: %w", err)
	}
	return &Control{conn: conn}, nil
}

// Begin begins the floods of all connections that are ready.
func (c *Control) Begin() error {
	_, err := fmt.Fprintln(c.conn, begin)
	return err
}

// Beats returns when the heartbeats of the newest connection arrived, in milliseconds since its HELLO.
func (c *Control) Beats() ([]float64, error) {
	if _, err := fmt.Fprintln(c.conn, beats); err != nil {
		return nil, err
	}
	var times []float64
	err := json.NewDecoder(c.conn).Decode(&times)
	return times, err
}

// Close ends the connection.
func (c *Control) Close() error { return c.conn.Close() }
