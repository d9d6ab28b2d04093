package gateway_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A table of promises is worth what its tests are: docs/RELIABILITY.md names one at least in each row, and they exist.
func TestReliabilityNamesTestsThatExist(t *testing.T) {
	const columns = 9
	page, err := os.ReadFile("../docs/RELIABILITY.md")
	if err != nil {
		t.Fatal(err)
	}
	tests, rows := declaredTests(t), 0
	name := regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z0-9]+)`")
	for i, line := range strings.Split(string(page), "\n") {
		for _, found := range name.FindAllStringSubmatch(line, -1) {
			if !tests[found[1]] {
				t.Errorf("line %d names %s, which does not exist", i+1, found[1])
			}
		}
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "| case |") || strings.HasPrefix(line, "|---") {
			continue
		}
		rows++
		cells := strings.Split(strings.Trim(line, "|"), "|")
		if len(cells) != columns {
			t.Errorf("line %d has %d cells, want %d", i+1, len(cells), columns)
		}
		for j, cell := range cells {
			if strings.TrimSpace(cell) == "" {
				t.Errorf("line %d: cell %d is empty", i+1, j+1)
			}
		}
		if !name.MatchString(cells[len(cells)-1]) {
			t.Errorf("line %d names no test: %s", i+1, cells[0])
		}
	}
	if rows < 60 {
		t.Errorf("%d rows were found", rows)
	}
}

// declaredTests returns the names of the tests and fuzz targets of this directory.
func declaredTests(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]bool{}
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, declaration := range parsed.Decls {
			function, ok := declaration.(*ast.FuncDecl)
			if ok && function.Recv == nil {
				tests[function.Name.Name] = true
			}
		}
	}
	return tests
}
