package io.keepalive.cli.option;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A CIDR block (RFC 4632, RFC 4291 §2.3): {@code 10.0.0.0/8}, {@code 2001:db8::/32}, or a single address. An IPv4 address
 * mapped into IPv6 counts as IPv4. Never asks a name server.
 *
 * @param base an address of the block
 * @param prefixBits length of the prefix in bits
 */
public record CidrBlock(InetAddress base, int prefixBits) {
    private static final Pattern IPV4 =
            Pattern.compile("((25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.){3}(25[0-5]|2[0-4]\\d|1?\\d?\\d)");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    /**
     * Reads an address, optionally followed by a slash and a prefix length.
     *
     * @throws IllegalArgumentException if the text is neither
     */
    public static CidrBlock parse(String text) {
        int slash = text.indexOf('/');
        String literal = slash < 0 ? text : text.substring(0, slash);
        if (!IPV4.matcher(literal).matches() && !IPV6.matcher(literal).matches()) {
            throw refused(text);
        }
        try {
            InetAddress base = InetAddress.getByName(literal); // a literal: nothing is looked up
            int longest = base instanceof Inet4Address ? 32 : 128;
            int bits = slash < 0 ? longest : Integer.parseInt(text.substring(slash + 1));
            if (bits < 0 || bits > longest) {
                throw refused(text);
            }
            return new CidrBlock(base, bits);
        } catch (UnknownHostException | NumberFormatException e) {
            throw refused(text);
        }
    }

    private static IllegalArgumentException refused(String text) {
        return new IllegalArgumentException(
                "'" + text + "' (expected: an address or a block such as 10.0.0.0/8 or 2001:db8::/32, not a name)");
    }

    /** Whether the address lies in this block. */
    public boolean contains(InetAddress address) {
        byte[] ours = base.getAddress();
        byte[] theirs = address.getAddress();
        if (theirs.length != ours.length) {
            return false;
        }
        int wholeBytes = prefixBits / Byte.SIZE;
        int rest = prefixBits % Byte.SIZE;
        return Arrays.equals(theirs, 0, wholeBytes, ours, 0, wholeBytes)
                && (rest == 0 || ((theirs[wholeBytes] ^ ours[wholeBytes]) & 0xff) >>> (Byte.SIZE - rest) == 0);
    }

    @Override
    public String toString() {
        return base.getHostAddress() + "/" + prefixBits;
    }

    /** Reads a {@link CidrBlock}. */
    public static final class Converter implements ITypeConverter<CidrBlock> {
        @Override
        public CidrBlock convert(String text) {
            try {
                return parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
