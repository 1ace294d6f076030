// An app that uses golang.org/x/oauth2 and github.com/coreos/go-oidc: it signs a person in, asks for
// itself, or judges a logout token. It talks with the test that started it as interop/conversation.ts says.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// settings are the first line of the input.
type settings struct {
	Issuer       string `json:"issuer"`
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	Method       string `json:"method"`
	Algorithm    string `json:"algorithm"`
	RedirectURI  string `json:"redirect_uri"`
	Resource     string `json:"resource"`
	LogoutToken  string `json:"logout_token"`
}

// authStyles is how x/oauth2 is told where the credentials go; without a secret the id alone is in the body.
var authStyles = map[string]oauth2.AuthStyle{
	"client_secret_basic": oauth2.AuthStyleInHeader,
	"client_secret_post":  oauth2.AuthStyleInParams,
	"none":                oauth2.AuthStyleInParams,
	"detect":              oauth2.AuthStyleAutoDetect,
}

var input = bufio.NewReader(os.Stdin)

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(task string) error {
	line, err := input.ReadString('\n')
	if err != nil {
		return err
	}
	var given settings
	if err := json.Unmarshal([]byte(line), &given); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	provider, err := oidc.NewProvider(ctx, given.Issuer)
	if err != nil {
		return err
	}
	switch task {
	case "sign-in":
		return signIn(ctx, provider, given)
	case "get-token":
		return getToken(ctx, provider, given)
	case "verify-logout":
		return verifyLogout(ctx, provider, given)
	}
	return fmt.Errorf("no task %q", task)
}

func signIn(ctx context.Context, provider *oidc.Provider, given settings) error {
	endpoint := provider.Endpoint()
	endpoint.AuthStyle = authStyles[given.Method]
	config := oauth2.Config{
		ClientID:     given.ClientID,
		ClientSecret: given.ClientSecret,
		RedirectURL:  given.RedirectURI,
		Endpoint:     endpoint,
		Scopes:       []string{oidc.ScopeOpenID, "profile", "email"},
	}
	verifier, state, nonce := oauth2.GenerateVerifier(), oauth2.GenerateVerifier(), oauth2.GenerateVerifier()
	code, err := authorize(config.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)), state)
	if err != nil {
		return err
	}
	token, err := config.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if err != nil {
		return err
	}
	idToken, err := checkIDToken(ctx, provider, given, token)
	if err != nil {
		return err
	}
	if idToken.Nonce != nonce {
		return errors.New("the nonce is another one")
	}
	userinfo, err := readUserInfo(ctx, provider, token)
	if err != nil {
		return err
	}
	report("id_token", map[string]any{"sub": idToken.Subject})
	report("userinfo", userinfo)

	// A token source refreshes a token that has expired.
	expired := *token
	expired.Expiry = time.Now().Add(-time.Hour)
	refreshed, err := config.TokenSource(ctx, &expired).Token()
	if err != nil {
		return err
	}
	again, err := checkIDToken(ctx, provider, given, refreshed)
	if err != nil {
		return err
	}
	report("refreshed", map[string]any{
		"sub":     again.Subject,
		"rotated": refreshed.RefreshToken != token.RefreshToken,
	})
	after, err := readUserInfo(ctx, provider, refreshed)
	if err != nil {
		return err
	}
	report("after_refresh", after["sub"])
	return nil
}

// authorize sends the person to the server and returns the code that comes back.
func authorize(address, state string) (string, error) {
	report("open", address)
	line, err := input.ReadString('\n')
	if err != nil {
		return "", err
	}
	callback, err := url.Parse(strings.TrimSpace(line))
	if err != nil {
		return "", err
	}
	if callback.Query().Get("state") != state {
		return "", errors.New("the state is another one")
	}
	return callback.Query().Get("code"), nil
}

// checkIDToken verifies the signature with the algorithm that the app is registered for, the claims, and at_hash.
func checkIDToken(
	ctx context.Context, provider *oidc.Provider, given settings, token *oauth2.Token,
) (*oidc.IDToken, error) {
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return nil, errors.New("there is no ID token")
	}
	config := oidc.Config{ClientID: given.ClientID, SupportedSigningAlgs: []string{given.Algorithm}}
	idToken, err := provider.VerifierContext(ctx, &config).Verify(ctx, raw)
	if err != nil {
		return nil, err
	}
	return idToken, idToken.VerifyAccessToken(token.AccessToken)
}

func readUserInfo(ctx context.Context, provider *oidc.Provider, token *oauth2.Token) (map[string]any, error) {
	userinfo, err := provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return nil, err
	}
	claims := map[string]any{}
	return claims, userinfo.Claims(&claims)
}

func getToken(ctx context.Context, provider *oidc.Provider, given settings) error {
	config := clientcredentials.Config{
		ClientID:       given.ClientID,
		ClientSecret:   given.ClientSecret,
		TokenURL:       provider.Endpoint().TokenURL,
		Scopes:         []string{"files:read"},
		EndpointParams: url.Values{"resource": {given.Resource}},
		AuthStyle:      authStyles[given.Method],
	}
	token, err := config.Token(ctx)
	if err != nil {
		return err
	}
	report("token", map[string]any{"scope": token.Extra("scope"), "type": token.Type()})
	return nil
}

// verifyLogout judges a logout token of the back channel.
func verifyLogout(ctx context.Context, provider *oidc.Provider, given settings) error {
	config := oidc.Config{ClientID: given.ClientID, SupportedSigningAlgs: []string{given.Algorithm}}
	logout, err := provider.VerifierContext(ctx, &config).VerifyLogout(ctx, given.LogoutToken)
	if err != nil {
		return err
	}
	report("logout", map[string]any{"sub": logout.Subject, "sid": logout.SessionID})
	return nil
}

// report prints one step as a line of JSON.
func report(step string, found any) {
	if err := json.NewEncoder(os.Stdout).Encode(map[string]any{step: found}); err != nil {
		panic(err)
	}
}
