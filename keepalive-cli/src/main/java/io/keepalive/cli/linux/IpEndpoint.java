package io.keepalive.cli.linux;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * An address and a port as the kernel holds them: an IPv4 address mapped into IPv6 stays IPv6.
 *
 * @param isIpv6 the address family of the socket
 * @param high the first eight bytes of an IPv6 address; 0 for IPv4
 * @param low the last eight bytes, or the four bytes of an IPv4 address
 * @param port 0 to 65535
 */
public record IpEndpoint(boolean isIpv6, long high, long low, int port) {
    private static final long MAPPED_PREFIX = 0xffffL << 32;

    /** Takes an IPv4 address as a number in network order. */
    public static IpEndpoint ofIpv4(int address, int port) {
        return new IpEndpoint(false, 0, Integer.toUnsignedLong(address), port);
    }

    /** Whether this is IPv4, or IPv4 mapped into IPv6. */
    public boolean isIpv4() {
        return !isIpv6 || (high == 0 && low >>> 32 == 0xffff);
    }

    /** 0.0.0.0 or ::. */
    public boolean isWildcard() {
        return high == 0 && low == 0;
    }

    /** 127.0.0.0/8, mapped or not, or ::1. */
    public boolean isLoopback() {
        return isIpv4() ? (low >>> 24 & 0xff) == 127 : high == 0 && low == 1;
    }

    /** The same endpoint with a mapped address written as the IPv4 address that it is. */
    public IpEndpoint unmapped() {
        return isIpv6 && isIpv4() ? new IpEndpoint(false, 0, low & 0xffff_ffffL, port) : this;
    }

    /** The address; one that is mapped is an {@code Inet4Address}. */
    public InetAddress address() {
        byte[] bytes = isIpv4()
                ? ByteBuffer.allocate(4).putInt((int) low).array()
                : ByteBuffer.allocate(16).putLong(high).putLong(low).array();
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError(e); // 4 or 16 bytes
        }
    }

    /** The address as {@code ss -n} writes it, with brackets around IPv6. */
    public String addressText() {
        return isIpv6 ? "[" + ipv6Text() + "]" : ipv4Text();
    }

    /** As {@code ss -n} writes it: {@code 192.0.2.7:80}, {@code [2001:db8::7]:80}, {@code 0.0.0.0:*}. */
    @Override
    public String toString() {
        return addressText() + ":" + portText();
    }

    /** The port, or an asterisk for 0. */
    public String portText() {
        return port == 0 ? "*" : Integer.toString(port);
    }

    private String ipv4Text() {
        return (low >>> 24 & 0xff) + "." + (low >>> 16 & 0xff) + "." + (low >>> 8 & 0xff) + "." + (low & 0xff);
    }

    /** As inet_ntop: lower case, the longest run of at least two zero groups shortened, IPv4 in dotted form. */
    private String ipv6Text() {
        int[] groups = new int[8];
        for (int i = 0; i < 4; i++) {
            groups[i] = (int) (high >>> (48 - 16 * i)) & 0xffff;
            groups[i + 4] = (int) (low >>> (48 - 16 * i)) & 0xffff;
        }
        int runStart = -1;
        int runLength = 1;
        for (int i = 0; i < 8; ) {
            int end = i;
            while (end < 8 && groups[end] == 0) {
                end++;
            }
            if (end - i > runLength) {
                runStart = i;
                runLength = end - i;
            }
            i = Math.max(end, i + 1);
        }
        boolean dotted = runStart == 0 && (runLength == 6 || (runLength == 5 && groups[5] == 0xffff));
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (runStart >= 0 && i >= runStart && i < runStart + runLength) {
                if (i == runStart) {
                    text.append(':');
                }
                continue;
            }
            if (i != 0) {
                text.append(':');
            }
            if (i == 6 && dotted) {
                return text.append(ipv4Text()).toString();
            }
            text.append(Integer.toHexString(groups[i]));
        }
        if (runStart >= 0 && runStart + runLength == 8) {
            text.append(':');
        }
        return text.toString();
    }

    /** An IPv4 address in the mapped form of IPv6. */
    public IpEndpoint mapped() {
        return isIpv6 ? this : new IpEndpoint(true, 0, MAPPED_PREFIX | low, port);
    }

    /** By hand, as {@code equals}: that of a record is linked at run time, which a short command pays for dearly. */
    @Override
    public int hashCode() {
        long mixed = (high * 31 + low) * 0x9E3779B97F4A7C15L;
        return (int) (mixed ^ mixed >>> 32) * 31 + port;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IpEndpoint that
                && port == that.port
                && low == that.low
                && high == that.high
                && isIpv6 == that.isIpv6;
    }
}
