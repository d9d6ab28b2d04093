//go:build !race

package wire

// raceDetector says whether the tests run under the race detector, which makes pools forget at random.
const raceDetector = false
