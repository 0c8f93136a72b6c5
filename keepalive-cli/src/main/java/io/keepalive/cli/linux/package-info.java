/**
 * Linux as the commands see it: system calls, sock_diag, {@code /proc}.
 *
 * <p>Three parts. {@code SystemCalls} are the calls themselves, made through {@code java.lang.foreign} on JDK 22 or newer
 * ({@code src/main/java22}); where they can't be made, {@link io.keepalive.cli.linux.SystemCallAccess} has the reason in
 * one line. {@code DiagMessage}, {@code TcpInfoFields} and {@code ProcNetTcp} are pure functions over bytes and text.
 * {@code SockDiag}, {@code DestroyEvents}, {@code SocketOwners} and {@code NetworkNamespace} join the two; those that read
 * {@code /proc} alone work from JDK 17.
 */
@NullMarked
package io.keepalive.cli.linux;

import org.jspecify.annotations.NullMarked;
