// Package control is how the benchmark's server is told what to do: a connection of its own, with a command on each
// line. It is apart from the server, so that a client has nothing of the server in it.
package control

import (
	"encoding/json"
	"fmt"
	"net"
)

// The commands of a control connection.
const (
	Begin = "begin" // begin the floods of the present connections; not answered
	Beats = "beats" // answered with a line of JSON: when heartbeats of the newest connection arrived, in milliseconds
)

// Conn is a connection over which a server is told what to do.
type Conn struct {
	conn net.Conn
}

// Dial connects to a server's control address.
func Dial(address string) (*Conn, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("control: %w", err)
	}
	return &Conn{conn: conn}, nil
}

// Begin begins the floods of all connections that are ready.
func (c *Conn) Begin() error {
	_, err := fmt.Fprintln(c.conn, Begin)
	return err
}

// Beats returns when the heartbeats of the newest connection arrived, in milliseconds since its HELLO.
func (c *Conn) Beats() ([]float64, error) {
	if _, err := fmt.Fprintln(c.conn, Beats); err != nil {
		return nil, err
	}
	var times []float64
	err := json.NewDecoder(c.conn).Decode(&times)
	return times, err
}

// Close ends the connection.
func (c *Conn) Close() error { return c.conn.Close() }
