//go:build race

package gatewaytest

// raceDetector says whether the tests run under it, with which a goroutine takes several times the memory.
const raceDetector = true
