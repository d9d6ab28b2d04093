package state

import "github.com/chorus-go/chorus/types"

// sameUser says whether two users are the same in every field. What many users have is compared with what it refers to;
// of the rest, only that it is absent in both counts as the same.
func sameUser(a, b *types.User) bool {
	if a == b {
		return true
	}
	return a.ID == b.ID && a.Username == b.Username && a.Discriminator == b.Discriminator &&
		a.GlobalName == b.GlobalName && a.Avatar == b.Avatar && a.Bot == b.Bot &&
		a.System == b.System && a.MFAEnabled == b.MFAEnabled && a.NSFWAllowed == b.NSFWAllowed &&
		a.AgeVerificationStatus == b.AgeVerificationStatus && a.Pronouns == b.Pronouns && a.Bio == b.Bio &&
		a.Banner == b.Banner && a.AccentColor == b.AccentColor && a.Locale == b.Locale &&
		a.Verified == b.Verified && a.Email == b.Email && a.Phone == b.Phone &&
		a.Premium == b.Premium && a.PremiumType == b.PremiumType && a.PersonalConnectionID == b.PersonalConnectionID &&
		a.Flags == b.Flags && a.PublicFlags == b.PublicFlags && a.PurchasedFlags == b.PurchasedFlags &&
		a.PremiumUsageFlags == b.PremiumUsageFlags && a.Desktop == b.Desktop && a.Mobile == b.Mobile &&
		a.HasBouncedEmail == b.HasBouncedEmail && a.AnalyticsToken == b.AnalyticsToken && a.Rights == b.Rights &&
		same(a.AvatarDecorationData, b.AvatarDecorationData) && sameCollectibles(a.Collectibles, b.Collectibles) &&
		absent(a.DisplayNameStyles, b.DisplayNameStyles) &&
		same(a.PrimaryGuild, b.PrimaryGuild) && len(a.LinkedUsers)+len(b.LinkedUsers) == 0 &&
		absent(a.PremiumState, b.PremiumState) &&
		len(a.AuthenticatorTypes)+len(b.AuthenticatorTypes) == 0 && absent(a.Member, b.Member)
}

// absent says whether neither field is set.
func absent[T any](a, b *T) bool { return a == nil && b == nil }

// same says whether two fields are not set, or refer to the same.
func same[T comparable](a, b *T) bool { return a == b || a != nil && b != nil && *a == *b }

func sameCollectibles(a, b *types.Collectibles) bool {
	return a == b || a != nil && b != nil && same(a.Nameplate, b.Nameplate)
}
