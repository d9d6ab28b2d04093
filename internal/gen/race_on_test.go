//go:build race

package main

// mutations is how many mutations of each payload TestDecodersAgree tries: few under the race detector, which makes them
// slow and finds nothing where only one goroutine runs.
const mutations = 5
