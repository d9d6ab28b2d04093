//go:build !race

package gateway_test

// raceDetector says whether the tests run under the race detector, which makes them many times slower.
const raceDetector = false
