// Package table runs the scenarios of the benchmark and prints what they cost.
//
// In each scenario the clients take turns, round after round, so that a machine that is slow for a while is so for all
// of them. Every run is a new process. What is printed is the median of the rounds.
package table
