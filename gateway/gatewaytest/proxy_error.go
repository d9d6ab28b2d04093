package gatewaytest

import "errors"

// ErrUnreadable says that a [Proxy] met a frame it could not decode: a damaged compressed stream, or bytes that are
// neither JSON, ETF nor compressed. The frame was forwarded; it and what came later on its connection is missing in
// the recording.
var ErrUnreadable = errors.New("a frame cannot be decoded, the rest of the connection is not recorded")

// ProxyStage says what a [Proxy] was doing.
type ProxyStage string

// The stages of a proxy's work.
const (
	StageTarget  ProxyStage = "target"  // reading the gateway's address
	StageListen  ProxyStage = "listen"  // listening for clients
	StageDial    ProxyStage = "dial"    // reaching the gateway, or its answer to the handshake
	StageForward ProxyStage = "forward" // handing on messages
	StageRecord  ProxyStage = "record"  // writing the recording
)

// ProxyError is every error of a [Proxy].
type ProxyError struct {
	Conn  string     // the connection's name in the recording; empty if there is none
	Stage ProxyStage // what was being done
	Err   error      // what went wrong; never nil
}

// Error says what went wrong, with the package's name in front.
func (e *ProxyError) Error() string {
	text := "gatewaytest: proxy: "
	if e.Conn != "" {
		text += "connection " + e.Conn + ": "
	}
	return text + string(e.Stage) + ": " + e.Err.Error()
}

// Unwrap returns Err.
func (e *ProxyError) Unwrap() error { return e.Err }
