// Package pubsub is the publish/subscribe of a gateway server.
package pubsub
