/** Help for this project's own tests: real servers, a certificate, the kernel's view of a connection, architecture rules. */
@NullMarked
package io.keepalive.testing;

import org.jspecify.annotations.NullMarked;
