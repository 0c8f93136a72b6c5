package io.keepalive.cli.advise;

import io.keepalive.KeepAlive;
import io.keepalive.Middlebox;
import io.keepalive.Middlebox.Refresh;
import io.keepalive.internal.DurationText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The box's own idle timeout: where it can be raised if the box is yours, and whether a policy outlives the default. */
final class BoxAdvice {
    /** What sets a box's idle timeout, in the vendor's tool; of the boxes whose vendor documents one. */
    private static final Map<Middlebox, String> SETTINGS = Map.of(
            Middlebox.AZURE_LOAD_BALANCER,
                    "az network lb rule update -g GROUP --lb-name NAME -n RULE --idle-timeout MINUTES --enable-tcp-reset true",
            Middlebox.AZURE_NAT_GATEWAY, "az network nat gateway update -g GROUP -n NAME --idle-timeout MINUTES",
            Middlebox.AWS_NETWORK_LOAD_BALANCER,
                    "aws elbv2 modify-listener-attributes --listener-arn ARN"
                            + " --attributes Key=tcp.idle_timeout.seconds,Value=SECONDS",
            Middlebox.AWS_APPLICATION_LOAD_BALANCER,
                    "aws elbv2 modify-load-balancer-attributes --load-balancer-arn ARN"
                            + " --attributes Key=idle_timeout.timeout_seconds,Value=SECONDS",
            Middlebox.AWS_EC2_NITRO_V6,
                    "aws ec2 modify-network-interface-attribute --network-interface-id ENI"
                            + " --connection-tracking-specification TcpEstablishedTimeout=SECONDS",
            Middlebox.GCP_CLOUD_NAT,
                    "gcloud compute routers nats update NAT --router=ROUTER --tcp-established-idle-timeout=SECONDS",
            Middlebox.IPVS, "ipvsadm --set SECONDS 120 300",
            Middlebox.LINUX_CONNTRACK, "sysctl -w net.netfilter.nf_conntrack_tcp_timeout_established=SECONDS",
            Middlebox.HAPROXY, "timeout client, timeout server and timeout tunnel in haproxy.cfg",
            Middlebox.NGINX_STREAM, "proxy_timeout in nginx.conf");

    private BoxAdvice() {}

    /** Whether probes of this policy keep a connection through the box at its default. */
    static boolean isKept(KeepAlive policy, Middlebox box) {
        return box.refreshedBy() == Refresh.ANY_SEGMENT && policy.outlives(box.idleTimeout());
    }

    /** Lines of a comment. */
    static List<String> of(KeepAlive policy, Middlebox box) {
        List<String> lines = new ArrayList<>();
        String timeout = DurationText.format(box.idleTimeout());
        lines.add("The box: " + box.title() + ", idle timeout " + timeout + " by default");
        if (box.refreshedBy() != Refresh.ANY_SEGMENT) {
            lines.add("It counts " + box.refreshedBy().description()
                    + " only: no TCP keepalive helps there, an application heartbeat does.");
        } else if (policy.outlives(box.idleTimeout())) {
            lines.add("The policy outlives it.");
        } else {
            lines.add("The policy does not outlive it: keepalive explain outliving=" + box.text());
        }
        String setting = SETTINGS.get(box);
        if (setting != null) {
            lines.add("If the box is yours, its timeout is set by:");
            lines.add("  " + setting);
        }
        box.longestIdleTimeout()
                .filter(longest -> longest.compareTo(box.idleTimeout()) > 0)
                .ifPresent(longest -> lines.add("It can be raised up to " + DurationText.format(longest) + "."));
        lines.add("Source: " + box.source());
        return lines;
    }
}
