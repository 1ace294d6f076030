import express from 'express';
import session from 'express-session';
import passport from 'passport';
import OpenIDConnectStrategy from 'passport-openidconnect';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, APP_URL, PORT } = process.env;

const app = express();
app.use(session({ secret: 'only for this example', resave: false, saveUninitialized: false }));

// #region snippet
passport.use(
  new OpenIDConnectStrategy(
    {
      issuer: ISSUER,
      authorizationURL: `${ISSUER}/oauth2/authorize`,
      tokenURL: `${ISSUER}/oauth2/token`,
      userInfoURL: `${ISSUER}/oauth2/userinfo`,
      clientID: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      callbackURL: `${APP_URL}/callback`,
      scope: ['profile', 'email'],
      // Names and email are at the userinfo endpoint, which the strategy skips by default.
      skipUserProfile: false,
    },
    (_issuer, profile, done) => done(null, profile),
  ),
);
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

app.use(passport.session());
app.get('/login', passport.authenticate('openidconnect'));
app.get(
  '/callback',
  passport.authenticate('openidconnect', { failureRedirect: '/failed', failureMessage: true }),
  ({ user }, response) =>
    response.json({ sub: user.id, name: user.displayName, email: user.emails?.[0]?.value }),
);
// #endregion

app.get('/failed', ({ session: { messages } }, response) => response.status(400).json({ messages }));
app.listen(PORT, 'localhost', () => console.log('ready'));
