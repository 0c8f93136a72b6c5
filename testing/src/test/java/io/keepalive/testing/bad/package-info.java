/** Classes that break every architecture rule once. */
package io.keepalive.testing.bad;
