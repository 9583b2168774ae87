// SPDX-License-Identifier: Apache-2.0

// Package account says who acts and what they may do.
//
// # What it must do for its user
//
// A keeper counts goods and cannot approve money; a supervisor sees everything
// and changes nothing; a lost token is dead the moment somebody revokes it, and
// who reads the database cannot use what is stored there.
//
// # Who may do what
//
// An Actor has memberships: roles in organisations. A member of an organisation
// acts on it and on everything below it in the tree; a member of the house (no
// organisation) acts everywhere. policy.cedar holds the rules, in the language
// Cedar: what they do not permit is refused, and nobody approves their own.
//
//   - Authorize answers for one object: "may I do this to that?"
//   - Scope answers for lists: "to whose things may I do this?"; a list shows those.
//   - Could answers for menus and buttons: "may I do this to anything at all?"
//
// Every action is named in action.go; asking for another allows nothing. Rules see
// of an object its id, its organisation and who made it, nothing else: for what is
// allowed on things of any organisation the rules are asked once, at the start.
//
// # Files of a record
//
// The attachment.* actions are a second lock, not the only one. Whoever may read
// a record may read its files, so that who serves a file asks for the record's own
// read and for attachment.read; who takes one asks for the record's read and for
// attachment.create.
//
// # Tokens
//
// A token is qiao_<id>_<secret>: the id finds the row, the 256 random bits of
// the secret prove it. Only their SHA-256 is stored, and it is compared in
// constant time; an unknown, expired, revoked and mistyped token take the same
// path and get the same answer. Authenticate remembers a good token for at most
// one second, and never beyond a revocation made in this process.
//
// # Tables and facts
//
// account_token. Facts: token.create, token.revoke. That a token was used is
// kept as a day, outside the journal.
//
// # What it refuses
//
// A rule that names a role, an action or an attribute that there is not, or that
// cannot be decided; a token without a name or with an end in the past; any action
// that no rule permits.
package account
