package types

import (
	"math/big"
	"strings"
	"testing"
)

func TestDecimal(t *testing.T) {
	for in, want := range map[string]string{
		"0": "0", "-0": "0", "12": "12", "-12": "-12", "12.0": "12", "1.2e1": "12", "1200e-2": "12", "0.012e3": "12", "12e0": "12", "12E+00": "12",
		"18446744073709551615": "18446744073709551615", "1844674407370955161.5e1": "18446744073709551615",
		"18446744073709551615.000": "18446744073709551615", "0e999999999999999999999": "0", "0.000e-99999999999999999": "0",
		"1e19": "10000000000000000000", "000000000000000000000000000000001": "1",
	} {
		magnitude, negative, ok := decimal([]byte(in))
		got := new(big.Int).SetUint64(magnitude)
		if negative {
			got.Neg(got)
		}
		if !ok || got.String() != want {
			t.Errorf("%s is %v, %v", in, got, ok)
		}
	}
	for _, in := range []string{
		"", "-", ".", "e", "1.", ".1", "1e", "1e+", "--1", "+1", "1.5", "1.05", "12e-1", "1e20", "18446744073709551616", "1844674407370955161.6e1",
		"99999999999999999999", "1e999999999999999999999", "1e-1", "0x1", "1 ", " 1", "1e1.0", "1.0.0", "１",
	} {
		if magnitude, _, ok := decimal([]byte(in)); ok {
			t.Errorf("%s is %d", in, magnitude)
		}
	}
}

func FuzzDecimal(f *testing.F) {
	for _, in := range []string{"0", "-12.50e1", "18446744073709551615", "1e19", "1e20", "0.000001e6", "1e-5", "1.", "007", "99999999999999999999", "1000e-3"} {
		f.Add([]byte(in))
	}
	limit := new(big.Int).Lsh(big.NewInt(1), 64)
	f.Fuzz(func(t *testing.T, data []byte) {
		magnitude, negative, ok := decimal(data)
		// The reference computes with the exponent, so it is asked only about small ones.
		if !isNumber(data) || len(data) > 40 || exponentLength(string(data)) > 3 {
			return
		}
		want, valid := new(big.Rat).SetString(string(data))
		if !valid {
			t.Fatalf("%q is no number", data)
		}
		fits := want.IsInt() && new(big.Int).Abs(want.Num()).Cmp(limit) < 0
		got := new(big.Rat).SetInt(new(big.Int).SetUint64(magnitude))
		if negative {
			got.Neg(got)
		}
		if ok != fits || ok && got.Cmp(want) != 0 {
			t.Fatalf("%q is %v, %v; want %v", data, got, ok, want)
		}
	})
}

func exponentLength(s string) int {
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		return len(s) - i - 1
	}
	return 0
}
