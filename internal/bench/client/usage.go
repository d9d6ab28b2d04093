package client

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"syscall"
	"time"
)

// usage is what the process has used since it began.
type usage struct {
	at      time.Time
	cpu     time.Duration
	mallocs uint64
	bytes   uint64
}

// begin is the usage at the beginning of a measurement: reading the memory's numbers is not in it.
func begin() (usage, error) {
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	cpu, _, err := processor()
	return usage{at: time.Now(), cpu: cpu, mallocs: memory.Mallocs, bytes: memory.TotalAlloc}, err
}

// result is what has been used since.
func (u usage) result() (Result, error) {
	wall := time.Since(u.at)
	cpu, peak, err := processor()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return Result{
		CPU: float64((cpu - u.cpu).Nanoseconds()) / 1000, Wall: float64(wall.Nanoseconds()) / 1000,
		Mallocs: memory.Mallocs - u.mallocs, Bytes: memory.TotalAlloc - u.bytes, Peak: peak,
	}, err
}

// processor is the process's CPU time, and its largest resident size in KiB.
func processor() (time.Duration, int64, error) {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0, 0, fmt.Errorf("client: getrusage: %w", err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano()), r.Maxrss, nil
}

// memory is what the process takes now, after everything that is not needed was given back.
type memory struct {
	resident, heap, stack float64 // KiB
	goroutines            int
}

func readMemory() (memory, error) {
	runtime.GC()
	debug.FreeOSMemory()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return memory{}, fmt.Errorf("client: the resident size can only be read on Linux: %w", err)
	}
	fields := bytes.Fields(statm)
	if len(fields) < 2 {
		return memory{}, fmt.Errorf("client: unexpected statm: %q", statm)
	}
	pages, err := strconv.ParseInt(string(fields[1]), 10, 64)
	if err != nil {
		return memory{}, fmt.Errorf("client: statm: %w", err)
	}
	return memory{
		resident: float64(pages) * float64(os.Getpagesize()) / 1024,
		heap:     float64(stats.HeapAlloc) / 1024, stack: float64(stats.StackInuse) / 1024,
		goroutines: runtime.NumGoroutine(),
	}, nil
}

// since is the difference, divided among the connections.
func (m memory) since(before memory, connections int) *Idle {
	n := float64(connections)
	return &Idle{
		Resident: (m.resident - before.resident) / n, Heap: (m.heap - before.heap) / n,
		Stack: (m.stack - before.stack) / n, Goroutines: float64(m.goroutines-before.goroutines) / n,
	}
}
