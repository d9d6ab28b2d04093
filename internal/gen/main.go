// Command gen writes the Go code and the documentation that follow from the tables of the protocol: the types of
// every payload, the decoders of the hot ones, the tree of events, the table by which dispatches find their
// publisher, what events do to entities, docs/EVENTS.md and docs/OPCODES.md.
//
// Run it as "go generate ./..." or as "go run ./internal/gen", anywhere in the module. It writes only files that
// change, and removes those of the same folders that it no longer writes.
package main

//go:generate go run .

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/chorus-go/chorus/internal/protocol"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	table, err := protocol.Load()
	if err != nil {
		return err
	}
	files, err := generate(table)
	if err != nil {
		return err
	}
	return write(root, files)
}

// generate returns the generated files by their path from the module's root.
func generate(table *protocol.Table) (map[string][]byte, error) {
	m, err := newModel(table)
	if err != nil {
		return nil, err
	}
	files := newFiles()
	m.writeObjects(files)
	m.writeComponents(files)
	m.writeUnions(files)
	m.writeEnums(files)
	m.writePermissions(files)
	m.writeCodes(files)
	m.writeEvents(files)
	m.writeSent(files)
	m.writeDecoders(files)
	m.writeTree(files)
	m.writeDispatch(files)
	m.writeEffects(files)
	m.writeDocs(files)
	m.writeOpcodeDocs(files)
	m.writeRegistry(files)
	m.checkSummaries()
	if err := errors.Join(m.errs...); err != nil {
		return nil, err
	}
	return files.render()
}

// moduleRoot returns the nearest folder with a go.mod, upwards from the working directory.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("gen: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("gen: no go.mod here or above")
		}
		dir = parent
	}
}

// write puts the files below root, and removes generated ones that are no longer among them.
func write(root string, files map[string][]byte) error {
	stale, err := staleFiles(root, files)
	if err != nil {
		return err
	}
	for _, path := range stale {
		if err := os.Remove(filepath.Join(root, path)); err != nil {
			return fmt.Errorf("gen: %w", err)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(files)) {
		target := filepath.Join(root, path)
		if old, err := os.ReadFile(target); err == nil && bytes.Equal(old, files[path]) {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return fmt.Errorf("gen: %w", err)
		}
		if err := os.WriteFile(target, files[path], 0o644); err != nil {
			return fmt.Errorf("gen: %w", err)
		}
	}
	return nil
}

// staleFiles returns the generated files below root that are not in files, by their path from root.
func staleFiles(root string, files map[string][]byte) ([]string, error) {
	var stale []string
	for _, dir := range []string{"types", "gateway", "gateway/state", "internal/decode", "internal/effect"} {
		found, err := filepath.Glob(filepath.Join(root, dir, "*_gen.go"))
		if err != nil {
			return nil, fmt.Errorf("gen: %w", err)
		}
		for _, target := range found {
			path := filepath.ToSlash(filepath.Join(dir, filepath.Base(target)))
			text, err := os.ReadFile(target)
			if err != nil {
				return nil, fmt.Errorf("gen: %w", err)
			}
			if files[path] == nil && bytes.HasPrefix(text, []byte(header)) {
				stale = append(stale, path)
			}
		}
	}
	return stale, nil
}
