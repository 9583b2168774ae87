// SPDX-License-Identifier: Apache-2.0

// Package attachment keeps photos, scans and certificates with the records that
// they prove.
//
// # What it must do for its user
//
// The keeper photographs the waybill beside the goods, the liaison adds the
// certificate that a donor sent; who may see the record sees them, nobody else.
// Nothing of where a photo was taken survives. A file that was added by mistake,
// a patient's name perhaps, can be taken away, with a reason.
//
// # Whose they are
//
// An attachment belongs to its record. Each fetch, of a thumbnail too, asks the
// record for its organisation anew and asks the policy twice: may the actor read
// the record, and may the actor read (add, remove) attachments of it. For the
// policy the object of an attachment is therefore the record: its id and
// organisation; By is who added the file.
//
// # Files
//
// platform/picture decides what is taken and what is kept of it; platform/blob
// keeps it under its hash, equal files once. A removed attachment keeps its row:
// kind, size, hash, who, when and why. Its title, its name and its way to the file
// are gone at once; the file itself is deleted by Purge a day later, unless another
// attachment has the same one. The day lets a backup that is being
// written finish with the files that its rows name.
//
// # Tables
//
// attachment.
//
// # Events
//
// attachment.create, attachment.remove. They hold the hash and size of a file, the hash of what was
// sent, and ids; no title and no name.
//
// # What it refuses
//
// What package picture refuses; more than 30 files of one record; a title of more
// than 200 characters; a removal without a reason; whatever the policy does not
// allow.
package attachment
