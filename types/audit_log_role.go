package types

// AuditLogRole is what the audit log tells of a role that a member has been given or has lost, in the changes with the
// keys $add and $remove.
//
// Source: userdoccers resources/audit-log.mdx.
type AuditLogRole struct {
	// ID is the id of the role.
	ID Snowflake `json:"id"`
	// Name is the name that the role had at the time.
	Name string `json:"name"`
}
