// Package foreign has no code but tests, in a module of their own so that what they need is no dependency of others:
// clients that other people have written, as they are released, talk to the in-process gateway over a loopback socket.
//
// Each of them connects, becomes ready, sees what others write, requests the members of a guild, understands the events
// of a small story, and comes back after its connection is lost in one of several ways.
package foreign
