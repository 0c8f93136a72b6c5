package io.keepalive.spring.boot;

import java.util.List;
import java.util.Map;

/**
 * One kind of client in the endpoint {@code keepalive}.
 *
 * @param policy its policy
 * @param precedence what wins over settings of the application
 * @param kept the beans that have a hook, and the hook
 * @param left the beans that were left alone, and why
 * @param sockets how many sockets were read back; 0 for hooks that set the client's own properties
 * @param failed on how many of them an option was unsupported, rejected or overridden
 * @param last what the socket that was kept last holds; empty if none was read back
 * @param longestSilence by destination, the longest time without data after which the peer's kernel is known to have
 *     answered, as {@code 1312s}; {@code not known: …} where the kernel's times can't be read; no entry for clients whose
 *     hook hands out no socket. Looked for whenever this is read; what was between two readings is not known
 * @since 0.1
 */
public record ClientState(
        String policy,
        String precedence,
        List<String> kept,
        List<String> left,
        long sockets,
        long failed,
        String last,
        Map<String, String> longestSilence) {}
