// Package apidoc finds what a package exports without saying what it is. Its test looks at all packages of the module that
// others can import, so that go test ./... fails for a symbol without a doc comment.
package apidoc

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Packages reads all Go packages of the module at the root of files that can be imported from outside, and the commands: not
// tests, what is internal or testdata, directories whose name begins with a dot or an underscore, and nested modules. It
// returns their files by directory.
func Packages(files fs.FS, fset *token.FileSet) (map[string][]*ast.File, error) {
	packages := map[string][]*ast.File{}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name != "." && isOutside(files, name) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		source, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(fset, name, source, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return fmt.Errorf("apidoc: %w", err)
		}
		packages[path.Dir(name)] = append(packages[path.Dir(name)], file)
		return nil
	})
	return packages, err
}

// isOutside says whether a directory holds no package that can be imported.
func isOutside(files fs.FS, dir string) bool {
	base := path.Base(dir)
	if base == "internal" || base == "testdata" || base == "vendor" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") {
		return true
	}
	_, err := fs.Stat(files, path.Join(dir, "go.mod"))
	return err == nil
}

// Missing returns a line for everything that a package exports without a doc comment, in the order of the files, and the
// number of things that it looked at.
//
// Types, functions, methods of exported types and of interfaces, constants and variables need one; those of types, functions
// and methods begin with the name. What is said of a group of constants is said of each. Fields need one in files that are
// written by hand: those of generated structures have the names of the protocol.
func Missing(fset *token.FileSet, files []*ast.File) (missing []string, looked int) {
	c := &checker{fset: fset}
	documented := false
	for _, file := range files {
		documented = documented || said(file.Doc)
		c.generated = ast.IsGenerated(file)
		for _, declaration := range file.Decls {
			switch d := declaration.(type) {
			case *ast.FuncDecl:
				c.function(d)
			case *ast.GenDecl:
				c.declaration(d)
			}
		}
	}
	if len(files) > 0 && !documented {
		c.report(files[0].Package, "package "+files[0].Name.Name)
	}
	return c.missing, c.looked
}

// checker looks at the declarations of a package.
type checker struct {
	fset      *token.FileSet
	generated bool // whether the file is
	looked    int
	missing   []string
}

func (c *checker) report(at token.Pos, what string) {
	position := c.fset.Position(at)
	c.missing = append(c.missing, fmt.Sprintf("%s:%d: %s has no doc comment", position.Filename, position.Line, what))
}

// need reports a name that is exported and about which none of the comments says anything.
func (c *checker) need(name *ast.Ident, what string, comments ...*ast.CommentGroup) {
	if !name.IsExported() {
		return
	}
	c.looked++
	if !slices.ContainsFunc(comments, said) {
		c.report(name.Pos(), what)
	}
}

// needNamed is need for a comment that has to begin with the name.
func (c *checker) needNamed(name *ast.Ident, what string, comments ...*ast.CommentGroup) {
	c.need(name, what, slices.DeleteFunc(comments, func(g *ast.CommentGroup) bool { return !beginsWith(g, name.Name) })...)
}

// said says whether there is a comment that has more than directives to tools.
func said(comment *ast.CommentGroup) bool { return strings.TrimSpace(comment.Text()) != "" }

func beginsWith(comment *ast.CommentGroup, name string) bool {
	words := strings.Fields(comment.Text())
	if len(words) > 1 && (words[0] == "A" || words[0] == "An" || words[0] == "The") {
		words = words[1:]
	}
	return len(words) > 1 && strings.TrimRight(words[0], ",:") == name
}

func (c *checker) function(d *ast.FuncDecl) {
	if d.Recv == nil {
		c.needNamed(d.Name, d.Name.Name, d.Doc)
		return
	}
	if receiver := typeName(d.Recv.List[0].Type); receiver != nil && receiver.IsExported() {
		c.needNamed(d.Name, receiver.Name+"."+d.Name.Name, d.Doc)
	}
}

// typeName returns the name of the type of a receiver or an embedded field, of *p.T[A, B] for instance T.
func typeName(e ast.Expr) *ast.Ident {
	switch e := e.(type) {
	case *ast.Ident:
		return e
	case *ast.StarExpr:
		return typeName(e.X)
	case *ast.ParenExpr:
		return typeName(e.X)
	case *ast.SelectorExpr:
		return e.Sel
	case *ast.IndexExpr:
		return typeName(e.X)
	case *ast.IndexListExpr:
		return typeName(e.X)
	}
	return nil
}

func (c *checker) declaration(d *ast.GenDecl) {
	for _, spec := range d.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			doc := s.Doc
			if !d.Lparen.IsValid() {
				doc = d.Doc
			}
			c.needNamed(s.Name, s.Name.Name, doc)
			if s.Name.IsExported() {
				c.members(s.Name.Name, s.Type)
			}
		case *ast.ValueSpec:
			comments := []*ast.CommentGroup{s.Doc, s.Comment}
			if d.Tok == token.CONST || !d.Lparen.IsValid() {
				comments = append(comments, d.Doc)
			}
			for _, name := range s.Names {
				c.need(name, name.Name, comments...)
			}
		}
	}
}

// members looks at the fields or methods of a type, and at those of the types that are written out inside it.
func (c *checker) members(owner string, e ast.Expr) {
	switch e := e.(type) {
	case *ast.StructType:
		if c.generated {
			return
		}
		for _, field := range e.Fields.List {
			c.field(owner, field)
		}
	case *ast.InterfaceType:
		for _, method := range e.Methods.List {
			for _, name := range method.Names {
				c.needNamed(name, owner+"."+name.Name, method.Doc)
			}
		}
	case *ast.StarExpr:
		c.members(owner, e.X)
	case *ast.ArrayType:
		c.members(owner, e.Elt)
	case *ast.MapType:
		c.members(owner, e.Value)
	}
}

// field looks at the names of a field; an embedded one has that of its type.
func (c *checker) field(owner string, field *ast.Field) {
	names := field.Names
	if len(names) == 0 {
		if name := typeName(field.Type); name != nil {
			names = []*ast.Ident{name}
		}
	}
	for _, name := range names {
		c.need(name, owner+"."+name.Name, field.Doc, field.Comment)
		if name.IsExported() {
			c.members(owner+"."+name.Name, field.Type)
		}
	}
}
