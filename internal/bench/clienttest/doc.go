// Package clienttest tests the benchmark's clients. What a client is measured with is what it sees: a test starts it in
// a process of its own, as the table does, and compares that with what the server has sent.
package clienttest
