//go:build !race

package main

// mutations is how many mutations of each payload TestDecodersAgree tries.
const mutations = 25
