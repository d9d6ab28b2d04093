package types

// What an Identify says about the program that sends it is made up: the same constants on every machine, so that
// nothing about the machine is told.
const (
	commonUserAgent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36"
	commonVersion   = "138.0.0.0"
	commonBuild     = 416_789
	botClient       = "chorus-go"
)

// userCapabilities is what Chorus says by default: bits 1 to 9, and 11.
const userCapabilities = CapabilityNoAffineUserIDs | CapabilityVersionedReadStates | CapabilityVersionedUserGuildSettings |
	CapabilityDedupeUserObjects | CapabilityPrioritizedReadyPayload | CapabilityMultipleGuildExperimentPopulations |
	CapabilityNonChannelReadStates | CapabilityAuthTokenRefresh | CapabilityUserSettingsProto | CapabilityPassiveGuildUpdate

// IdentifyCommon returns an Identify as a common web client would send it, without a token: the properties of Chrome on
// Windows and the capabilities that Chorus has by default. It follows common of Chorus's GatewayIdentifyPayload.
//
// All of it is constant. It says nothing about the machine or the program that it runs on, and does not read anything
// from them. The capabilities decide what READY looks like: with these it is deduplicated, and continues in
// READY_SUPPLEMENTAL. Intents are absent: user accounts get all events.
//
// Source: https://docs.discord.food/topics/gateway-events#identify
func IdentifyCommon() Identify {
	return Identify{
		Properties: ClientProperties{
			OS:                ClientOperatingSystemTypeWindows,
			OSVersion:         "10",
			Browser:           BrowserTypeChrome,
			BrowserUserAgent:  commonUserAgent,
			BrowserVersion:    commonVersion,
			ClientBuildNumber: commonBuild,
			ReleaseChannel:    ReleaseChannelStable,
			SystemLocale:      "en-US",
		},
		Capabilities: userCapabilities,
	}
}

// IdentifyUser returns an Identify for a user account: IdentifyCommon with a token. It has no intents and no presence,
// so the account keeps the status that it has.
//
// Source: https://docs.discord.food/topics/gateway-events#identify
func IdentifyUser(token string) Identify {
	identify := IdentifyCommon()
	identify.Token = token
	return identify
}

// IdentifyBot returns an Identify for a bot: with the name of this library as browser and device, as the documentation
// wants it, and a constant operating system, which need not be that of the machine. The intents are sent even if they
// are 0, as Discord requires them. It has no capabilities, which are for user accounts. The token is the bare one,
// without "Bot " before it.
//
// Source: https://docs.discord.food/topics/gateway-events#identify
func IdentifyBot(token string, intents Intents) Identify {
	return Identify{
		Token: token,
		Properties: ClientProperties{
			OS:             ClientOperatingSystemTypeLinux,
			Browser:        botClient,
			Device:         botClient,
			ReleaseChannel: ReleaseChannelStable,
			SystemLocale:   "en-US",
		},
		Intents: Some(intents),
	}
}
