package io.keepalive.cli.keep;

import io.keepalive.cli.linux.IpEndpoint;
import io.keepalive.cli.option.CidrBlock;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Peers by address block and port.
 *
 * @param port null for every port
 */
record RemoteFilter(CidrBlock block, @Nullable Integer port) {

    /**
     * Reads {@code 10.0.0.0/8}, {@code 10.0.0.9:5432}, {@code 10.0.0.0/8:5432}, {@code 2001:db8::/32},
     * {@code [2001:db8::/32]:443}.
     *
     * @throws IllegalArgumentException if the text has another form
     */
    static RemoteFilter parse(String text) {
        int colon = text.lastIndexOf(':');
        boolean isIpv6 = text.indexOf(':') != colon;
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            if (end < 0 || (end != text.length() - 1 && colon != end + 1)) {
                throw refused(text);
            }
            CidrBlock block = CidrBlock.parse(text.substring(1, end));
            return new RemoteFilter(block, end == text.length() - 1 ? null : port(text, colon));
        }
        if (isIpv6 || colon < 0) {
            return new RemoteFilter(CidrBlock.parse(text), null);
        }
        return new RemoteFilter(CidrBlock.parse(text.substring(0, colon)), port(text, colon));
    }

    private static Integer port(String text, int colon) {
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port >= 1 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // below
        }
        throw refused(text);
    }

    private static IllegalArgumentException refused(String text) {
        return new IllegalArgumentException("'" + text
                + "' (expected: an address or a block, and a port if wanted, such as 10.0.0.0/8:5432 or"
                + " [2001:db8::/32]:443)");
    }

    boolean takes(IpEndpoint remote) {
        return (port == null || port == remote.port()) && block.contains(remote.address());
    }

    /** Reads a {@link RemoteFilter}. */
    static final class Converter implements ITypeConverter<RemoteFilter> {
        @Override
        public RemoteFilter convert(String text) {
            try {
                return parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
