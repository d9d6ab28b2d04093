// Package stream prepares everything that the benchmark's server writes before anybody connects: websocket frames,
// compressed where that is asked for, in pieces that are written at once. So the server costs next to nothing while a
// client is measured.
package stream
