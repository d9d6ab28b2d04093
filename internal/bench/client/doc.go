// Package client measures one library in one process: it connects to the benchmark's server, observes what it is told
// to, and returns what a flood cost it.
//
// Each library is used as its manual says, with its defaults: nothing is set but where to connect and the compression.
// Of disgo and arikawa only the gateway is used, without the caches and routers on top of it, which is to their favour.
package client
