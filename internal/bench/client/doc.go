// Package client measures one library in one process: it connects to the benchmark's server, observes what it is told
// to, and returns what a flood cost it.
//
// It knows no library. Each has a program of its own in the folder clients, which hands Main what opens a connection:
// what a program links has globals that its garbage collector scans and init work that it does, so no client may carry
// those of another.
//
// Each library is used as its manual says, with its defaults: nothing is set but where to connect and the compression.
// Of disgo and arikawa only the gateway is used, without the caches and routers on top of it, which is to their favour.
package client
