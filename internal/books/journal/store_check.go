// SPDX-License-Identifier: Apache-2.0

package journal

const (
	checkNumbered = `
		SELECT id, seq, recorded_at, actor, action, subject_kind, subject_id, reason, payload, salt, leaf
		FROM journal_record
		WHERE seq IS NOT NULL
		ORDER BY seq, id`

	checkWaiting = `
		SELECT id, seq, recorded_at, actor, action, subject_kind, subject_id, reason, payload, salt, leaf
		FROM journal_record
		WHERE seq IS NULL
		ORDER BY recorded_at, id`

	checkCursors = `
		SELECT name, seq
		FROM journal_cursor
		WHERE seq > $1
		ORDER BY name`
)
