package io.keepalive.cli.doctor;

import io.keepalive.cli.linux.IpEndpoint;
import io.keepalive.cli.linux.TcpSocket;
import io.keepalive.cli.linux.TcpState;
import java.util.Map;

/** Addresses as {@code ss -n} writes them. */
final class Addresses {
    private Addresses() {}

    /** With the interface that the socket is bound to; a listener on {@code ::} that takes IPv4 too is an asterisk. */
    static String local(TcpSocket socket, Map<Integer, String> interfaceNames) {
        IpEndpoint local = socket.local();
        boolean isAny = local.isIpv6() && local.isWildcard() && !socket.isIpv6Only();
        String zone = socket.interfaceIndex() == 0
                ? ""
                : "%" + interfaceNames.getOrDefault(socket.interfaceIndex(), "if" + socket.interfaceIndex());
        return (isAny ? "*" : local.addressText()) + zone + ":" + local.portText();
    }

    static String remote(TcpSocket socket) {
        IpEndpoint remote = socket.remote();
        boolean isAny =
                remote.isIpv6() && remote.isWildcard() && !(socket.state() == TcpState.LISTEN && socket.isIpv6Only());
        return (isAny ? "*" : remote.addressText()) + ":" + remote.portText();
    }
}
