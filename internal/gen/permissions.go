package main

// permissions is the enumeration of which the type is written by hand, as it is a string of digits on the wire.
const permissions = "PermissionFlags"

// writePermissions writes the constants of the permissions, and their names.
func (m *model) writePermissions(f *files) {
	e := &goEnum{Enum: m.Enum(permissions), name: "Permissions", prefix: "Permission"}
	e.values = m.goValues(e)
	out := f.types(e.File)
	out.comment(0, "The single permissions. Source: "+e.Source+".")
	out.printf("const (\n")
	for _, v := range e.values {
		out.printf("\t%s Permissions = 1 << %d%s\n", v.constant, v.Number, valueComment(v.Value))
	}
	out.printf(")\n\n")
	out.comment(0, "PermissionsAll are all permissions that have a constant: what the owner of a guild and administrators have.")
	out.printf("const PermissionsAll = ")
	for i, v := range e.values {
		if i > 0 {
			out.printf(" |")
		}
		if i > 0 && i%2 == 0 {
			out.printf("\n")
		} else {
			out.printf(" ")
		}
		out.printf("%s", v.constant)
	}
	out.printf("\n\n")
	m.writeNames(out, "permissionNames", &goEnum{Enum: e.Enum, values: e.values})
	out.comment(0, "permissionName returns the protocol's name of a single permission, or \"\".")
	out.printf("func permissionName(bit Permissions) string { return flagName(uint64(bit), permissionNames[:]) }\n")
}
