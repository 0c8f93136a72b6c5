package io.keepalive.agent;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * Addresses that begin alike.
 *
 * @param address 4 or 16 bytes
 * @param prefixBits how many bits count
 */
record AddressRange(byte[] address, int prefixBits) {
    /**
     * Reads {@code 10.0.0.0/8}, {@code 192.0.2.7}, {@code 2001:db8::/32}. Never asks a name server.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        String literal = slash < 0 ? text : text.substring(0, slash);
        if (!literal.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
            throw refused(text);
        }
        try {
            // A literal, so nothing is looked up; IPv4 in IPv6 comes back as IPv4.
            byte[] address = InetAddress.getByName(literal).getAddress();
            int bits = slash < 0 ? address.length * 8 : Integer.parseInt(text.substring(slash + 1));
            if (bits < 0 || bits > address.length * 8) {
                throw refused(text);
            }
            return new AddressRange(address, bits);
        } catch (UnknownHostException | NumberFormatException e) {
            throw refused(text);
        }
    }

    private static IllegalArgumentException refused(String text) {
        return new IllegalArgumentException("'" + text
                + "' (expected: an address or a prefix like 10.0.0.0/8 or 2001:db8::/32, no name: at connect only the"
                + " address is known)");
    }

    boolean contains(InetAddress other) {
        byte[] bytes = other.getAddress();
        if (bytes.length != address.length) {
            return false;
        }
        int whole = prefixBits / 8;
        int rest = prefixBits % 8;
        return Arrays.equals(bytes, 0, whole, address, 0, whole)
                && (rest == 0 || ((bytes[whole] ^ address[whole]) & 0xff) >>> (8 - rest) == 0);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AddressRange range
                && range.prefixBits == prefixBits
                && Arrays.equals(range.address, address);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(address) + prefixBits;
    }

    @Override
    public String toString() {
        try {
            return InetAddress.getByAddress(address).getHostAddress() + "/" + prefixBits;
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
