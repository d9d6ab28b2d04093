// Package server is the gateway of the benchmark. It says what was prepared for it, answers heartbeats, and notes when
// they arrived.
package server
