package io.keepalive.cli.option;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A host and a port, {@code db.example:5432}, {@code 192.0.2.7:80} or {@code [2001:db8::7]:80}. The host is not resolved.
 *
 * @param host a name or an address literal without brackets; empty if only a port was given
 * @param port 0 to 65535
 */
public record HostPort(String host, int port) {

    /**
     * Reads {@code HOST:PORT}, {@code [IPV6]:PORT}, or {@code PORT} alone.
     *
     * @throws IllegalArgumentException if the text has another form
     */
    public static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0 || host.indexOf('[') >= 0 || (colon >= 0 && host.isEmpty())) {
            throw refused(text);
        }
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port < 0 || port > 65535) {
                throw refused(text);
            }
            return new HostPort(host, port);
        } catch (NumberFormatException e) {
            throw refused(text);
        }
    }

    private static IllegalArgumentException refused(String text) {
        return new IllegalArgumentException(
                "'" + text + "' (expected: HOST:PORT or [IPV6]:PORT with a port from 0 to 65535)");
    }

    /** {@code host:port}, with brackets around an IPv6 address. */
    @Override
    public String toString() {
        if (host.isEmpty()) {
            return String.valueOf(port);
        }
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /** Reads a {@link HostPort} whose host is mandatory. */
    public static final class Converter implements ITypeConverter<HostPort> {
        @Override
        public HostPort convert(String text) {
            try {
                HostPort value = parse(text);
                if (value.host().isEmpty()) {
                    throw refused(text);
                }
                return value;
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
