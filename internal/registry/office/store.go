// SPDX-License-Identifier: Apache-2.0

package office

const (
	selectSettings = `
		SELECT name, value
		FROM office_setting`

	upsertSetting = `
		INSERT INTO office_setting (name, value)
		VALUES ($1, $2)
		ON CONFLICT (name)
		DO UPDATE SET value = excluded.value`
)
