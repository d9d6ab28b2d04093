package gateway

import (
	"time"

	"github.com/chorus-go/chorus/types"
)

// phase is where a connection is in its life, in finer steps than State.
type phase uint8

const (
	phaseWaiting     phase = iota // no socket; a dial follows
	phaseDialling                 // a dial is under way
	phaseGreeting                 // the websocket is open, HELLO has not come
	phaseConnected                // HELLO has come; it is the user who identifies or resumes
	phaseIdentifying              // Identify is sent
	phaseResuming                 // Resume is sent
	phaseReady                    // READY or RESUMED has come
	phasePausing                  // a socket without a session; an Identify follows on it
	phaseLeaving                  // the socket is being closed by this side; another follows
	phaseEnded
)

type signalKind uint8

const (
	signalStart      signalKind = iota
	signalDialled               // the websocket is open
	signalDialFailed            // err
	signalHello                 // expired
	signalIdentify              // the user wants to identify
	signalResume                // the user wants to resume
	signalUnsent                // what the user wanted to begin with was not sent
	signalReady                 // hasURL
	signalResumed               //
	signalInvalid               // resumable
	signalReconnect             // delay
	signalLost                  // the socket has ended: code, framed, progress, err
	signalElapsed               // the wait is over: expired
	signalDeadline              // the deadline of the stage has passed: progress, err
)

// signal is something that has happened. The fields of one kind are named beside it.
type signal struct {
	kind      signalKind
	at        time.Duration // since the connection was made
	err       error
	code      types.CloseCode
	framed    bool // the code came in a close frame of the server
	resumable bool
	hasURL    bool
	progress  bool // events have arrived since the last deadline was set
	expired   bool // the session is too old to be resumed
	delay     time.Duration
}

type actionKind uint8

const (
	actionDial     actionKind = iota // onURL
	actionIdentify                   // send Identify
	actionResume                     // send Resume
	actionDeadline                   // a signalDeadline follows after from, unless the phase ends before
	actionWait                       // a signalElapsed follows after a random time between from and to
	actionClose                      // close the socket so that the session stays resumable
	actionForget                     // the session is gone, for the reason err
	actionRefuse                     // the user's Identify or Resume has failed with err
	actionEnd                        // the handle ends with err
)

type action struct {
	kind     actionKind
	onURL    bool
	from, to time.Duration
	err      error
}

// policy is what does not change during the life of a connection.
type policy struct {
	noReconnect bool
	codes       map[types.CloseCode]CloseAction // overrides
}
