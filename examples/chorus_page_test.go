package examples

import (
	"bytes"
	"errors"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

const (
	chorusPath = "../docs/CHORUS.md"

	// ofObserve is the section about what is built on gateway.Observe.
	ofObserve = "Self-updating entities"

	module = "github.com/chorus-go/chorus/"
)

// block is a piece of code on a page.
type block struct {
	language string
	line     int    // of its first line of code
	section  string // the heading of the second level that it is under
	code     string
}

// readPage returns the lines of the page, those of its code blocks empty, and the blocks.
func readPage(t *testing.T) (prose []string, blocks []block) {
	t.Helper()
	page, err := os.ReadFile(chorusPath)
	if err != nil {
		t.Fatal(err)
	}
	section, inside := "", false
	for i, line := range strings.Split(string(page), "\n") {
		fence, isFence := strings.CutPrefix(line, "```")
		switch {
		case isFence && !inside:
			blocks = append(blocks, block{language: fence, line: i + 2, section: section})
		case isFence || !inside:
		default:
			blocks[len(blocks)-1].code += line + "\n"
		}
		if isFence || inside {
			prose = append(prose, "")
		} else {
			prose = append(prose, line)
		}
		inside = inside != isFence
		if heading, ok := strings.CutPrefix(line, "## "); ok && !inside {
			section = heading
		}
	}
	if inside {
		t.Error("the last code block has no end")
	}
	return prose, blocks
}

// imported returns an importer for what a source imports, by the export data that the go command has.
func imported(t *testing.T, fset *token.FileSet, source string) types.Importer {
	t.Helper()
	file, err := parser.ParseFile(fset, "declarations.go", source, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"list", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}"}
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	var failure bytes.Buffer
	list := exec.Command("go", args...)
	list.Stderr = &failure
	output, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, failure.String())
	}
	exports := map[string]string{}
	for line := range strings.Lines(string(output)) {
		path, export, _ := strings.Cut(strings.TrimSpace(line), "\t")
		exports[path] = export
	}
	return importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
}

// whole makes a program of a block: its declarations, or its statements in a function.
func (b block) whole(declarations string) string {
	_, err := parser.ParseFile(token.NewFileSet(), "", "package page\n"+b.code, parser.SkipObjectResolution)
	place := "\n//line CHORUS.md:" + strconv.Itoa(b.line) + "\n"
	if err == nil {
		return declarations + place + b.code
	}
	return declarations + "\nfunc _() {" + place + b.code + "}\n"
}

// TestCodeOfTheChorusPageCompiles type-checks each Go block below the declarations that are the first one. What is
// declared and not used is allowed.
func TestCodeOfTheChorusPageCompiles(t *testing.T) {
	_, blocks := readPage(t)
	if len(blocks) == 0 || blocks[0].language != "go" || !strings.HasPrefix(blocks[0].code, "import (") {
		t.Fatal("the page does not begin with the declarations")
	}
	declarations, fset, checked := "package page\n"+blocks[0].code, token.NewFileSet(), 0
	from := imported(t, fset, declarations)
	observe := hasObserve(t, from)
	for _, b := range blocks[1:] {
		if b.language != "go" && b.language != "rust" {
			t.Errorf("line %d: a block of %q", b.line-1, b.language)
		}
		if b.language != "go" || !observe && b.section == ofObserve && strings.Contains(b.code, "gateway.Observe(") {
			continue
		}
		checked++
		file, err := parser.ParseFile(fset, "", b.whole(declarations), parser.SkipObjectResolution)
		if err != nil {
			t.Error(err)
			continue
		}
		config := types.Config{Importer: from, Error: func(err error) {
			if failure, ok := errors.AsType[types.Error](err); !ok || !failure.Soft {
				t.Error(err)
			}
		}}
		_, _ = config.Check("page", fset, []*ast.File{file}, nil)
	}
	if checked < 50 {
		t.Errorf("only %d blocks were checked", checked)
	}
}

// hasObserve says whether package gateway has Observe yet. Until then what the page says of it is not checked.
func hasObserve(t *testing.T, from types.Importer) bool {
	t.Helper()
	gateway, err := from.Import(module + "gateway")
	if err != nil {
		t.Fatal(err)
	}
	return gateway.Scope().Lookup("Observe") != nil
}

// TestItemsOfTheChorusPageHaveBothSnippets: every item has code in both languages, a table, or the reason why there is
// none.
func TestItemsOfTheChorusPageHaveBothSnippets(t *testing.T) {
	prose, blocks := readPage(t)
	items, inItems := 0, false
	for i, line := range prose {
		if heading, ok := strings.CutPrefix(line, "## "); ok {
			inItems = heading != "What to know before"
		}
		name, ok := strings.CutPrefix(line, "### ")
		if !ok || !inItems {
			continue
		}
		items++
		end := i + 1
		for end < len(prose) && !strings.HasPrefix(prose[end], "##") {
			end++
		}
		languages := map[string]bool{}
		for _, b := range blocks {
			languages[b.language] = languages[b.language] || b.line > i && b.line <= end
		}
		text := strings.Join(prose[i:end], "\n")
		said := languages["go"] && languages["rust"]
		for _, instead := range []string{"**Not here", "| --- |", "\nSee ["} {
			said = said || strings.Contains(text, instead)
		}
		if !said {
			t.Errorf("line %d: %s has neither both snippets nor a reason", i+1, name)
		}
	}
	if items < 60 {
		t.Errorf("only %d items were found", items)
	}
}

var (
	codeSpan = regexp.MustCompile("`[^`]+`")
	named    = regexp.MustCompile(`\b(?:(gateway|observer|types|handle)|(Events))\.([A-Z]\w*)(?:\.([A-Z]\w*))?`)
)

// TestNamesOfTheChorusPageExist looks up what the prose and the tables name in the packages of this module.
func TestNamesOfTheChorusPageExist(t *testing.T) {
	prose, blocks := readPage(t)
	from := imported(t, token.NewFileSet(), "package page\n"+blocks[0].code)
	observe, section, found := hasObserve(t, from), "", 0
	for i, line := range prose {
		if heading, ok := strings.CutPrefix(line, "## "); ok {
			section = heading
		}
		for _, span := range codeSpan.FindAllString(line, -1) {
			for _, match := range named.FindAllStringSubmatch(span, -1) {
				pkg, path := match[1], match[3:]
				switch {
				case match[2] != "":
					pkg, path = "gateway", []string{"Events", match[3], match[4]}
				case pkg == "handle":
					pkg, path = "gateway", []string{"GatewayHandle", match[3], match[4]}
				}
				found++
				if (observe || section != ofObserve) && !exists(t, from, pkg, path) {
					t.Errorf("line %d: there is no %s", i+1, match[0])
				}
			}
		}
	}
	if found < 150 {
		t.Errorf("only %d names were found", found)
	}
}

// exists says whether a package has a name, and that field or method of it, and so on.
func exists(t *testing.T, from types.Importer, name string, path []string) bool {
	t.Helper()
	pkg, err := from.Import(module + name)
	if err != nil {
		t.Fatal(err)
	}
	object := pkg.Scope().Lookup(path[0])
	for _, member := range path[1:] {
		if object == nil || member == "" {
			break
		}
		object, _, _ = types.LookupFieldOrMethod(object.Type(), true, pkg, member)
	}
	return object != nil
}
