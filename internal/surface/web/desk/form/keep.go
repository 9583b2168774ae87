// SPDX-License-Identifier: Apache-2.0

package form

import (
	"net/url"

	"github.com/qiaorelief/qiao/internal/kernel/id"
)

// Keep puts a name into a form together with what it means, so that a name that
// is left as it stands keeps its meaning.
func Keep(values url.Values, field, name, code string) {
	values.Set(field, name)
	values.Set(field+"_name", name)
	values.Set(field+"_id", code)
}

// KeepOrg is Keep of an organisation.
func KeepOrg(values url.Values, field, name string, org id.ID) {
	if !org.IsZero() {
		Keep(values, field, name, org.String())
	}
}

// KeptCode returns what a name that was left as it stood means; false when it
// was changed or is new.
func KeptCode(values url.Values, field string) (code string, kept bool) {
	code = values.Get(field + "_id")
	return code, code != "" && values.Get(field) == values.Get(field+"_name")
}

// KeptOrg returns the organisation of a name that was left as it stood, else
// zero.
func KeptOrg(values url.Values, field string) id.ID {
	if code, kept := KeptCode(values, field); kept {
		if known, err := id.Parse(code); err == nil {
			return known
		}
	}
	return id.Zero
}
