package io.keepalive;

import io.keepalive.internal.DurationText;
import java.time.Duration;
import java.time.YearMonth;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Boxes between the two ends of a connection that forget idle flows: the catalogue of their idle timeouts, each with
 * what it does then, what it counts as traffic, and the source.
 *
 * <p>The values are the vendors' defaults; the operator of a box may have set another one within the range. The same
 * catalogue is a table in {@code docs/middleboxes.md}.
 *
 * @since 0.1
 */
public enum Middlebox {
    // spotless:off (a table: name, default, range, at expiry, refreshed by; then what it is, what else, and the source)
    /** Azure Load Balancer: rules, inbound NAT rules, outbound rules. */
    AZURE_LOAD_BALANCER("4m", "4m..100m", Expiry.SILENT, Refresh.ANY_SEGMENT,
        "Azure Load Balancer: rules, inbound NAT rules, outbound rules",
        "Resets both ends instead where TCP reset is enabled on the rule.",
        "learn.microsoft.com/azure/load-balancer/load-balancer-tcp-idle-timeout"),
    /** Azure NAT Gateway. */
    AZURE_NAT_GATEWAY("4m", "4m..120m", Expiry.RESET_ON_NEXT_SEGMENT, Refresh.ANY_SEGMENT,
        "Azure NAT Gateway",
        "",
        "learn.microsoft.com/azure/nat-gateway/nat-gateway-resource"),
    /** Azure Firewall, north-south traffic. */
    AZURE_FIREWALL("4m", "4m..15m", Expiry.UNDOCUMENTED, Refresh.ANY_SEGMENT,
        "Azure Firewall, north-south traffic",
        "Raised by a support request only.",
        "learn.microsoft.com/azure/firewall/long-running-sessions"),
    /** Azure Application Gateway. */
    AZURE_APPLICATION_GATEWAY("4m", "", Expiry.CLOSE, Refresh.REQUEST,
        "Azure Application Gateway",
        "From secondary sources.",
        "learn.microsoft.com/azure/application-gateway"),
    /** Azure SQL gateway, connection policy Proxy. */
    AZURE_SQL_GATEWAY("30m", "", Expiry.CLOSE, Refresh.REQUEST,
        "Azure SQL gateway, connection policy Proxy",
        "Counts queries; the connection policy Redirect goes around it.",
        "techcommunity.microsoft.com/blog/azuredbsupport/3268601"),
    /** Azure Event Hubs, Kafka endpoint. */
    AZURE_EVENT_HUBS("10m", "", Expiry.CLOSE, Refresh.REQUEST,
        "Azure Event Hubs, Kafka endpoint",
        "Closes idle connections although keepalive probes flow.",
        "github.com/confluentinc/librdkafka/issues/2845"),
    /** AWS Network Load Balancer, TCP listener. */
    AWS_NETWORK_LOAD_BALANCER("350s", "60s..6000s", Expiry.RESET_ON_NEXT_SEGMENT, Refresh.ANY_SEGMENT,
        "AWS Network Load Balancer, TCP listener",
        "A TLS listener is fixed at 350 s.",
        "docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html"),
    /** AWS Gateway Load Balancer. */
    AWS_GATEWAY_LOAD_BALANCER("350s", "60s..6000s", Expiry.SILENT, Refresh.ANY_SEGMENT,
        "AWS Gateway Load Balancer",
        "",
        "docs.aws.amazon.com/elasticloadbalancing/latest/gateway"),
    /** AWS Network Firewall. */
    AWS_NETWORK_FIREWALL("350s", "60s..6000s", Expiry.SILENT, Refresh.ANY_SEGMENT,
        "AWS Network Firewall",
        "",
        "docs.aws.amazon.com/network-firewall/latest/APIReference/API_FlowTimeouts.html"),
    /** AWS NAT Gateway. */
    AWS_NAT_GATEWAY("350s", "350s..350s", Expiry.RESET_ON_NEXT_SEGMENT, Refresh.ANY_SEGMENT,
        "AWS NAT Gateway",
        "",
        "docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html"),
    /** EC2 security-group tracking, Nitro V6 instances. */
    AWS_EC2_NITRO_V6("350s", "60s..432000s", Expiry.SILENT, Refresh.ANY_SEGMENT,
        "EC2 security-group tracking, Nitro V6 instances",
        "Older instance types: 432000 s by default.",
        "docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html"),
    /** AWS Application Load Balancer. */
    AWS_APPLICATION_LOAD_BALANCER("60s", "..4000s", Expiry.CLOSE, Refresh.PAYLOAD,
        "AWS Application Load Balancer",
        "",
        "docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html"),
    /** AWS Classic Load Balancer. */
    AWS_CLASSIC_LOAD_BALANCER("60s", "..4000s", Expiry.CLOSE, Refresh.PAYLOAD,
        "AWS Classic Load Balancer",
        "Its documentation says that keepalive probes don't count, as they carry no data.",
        "docs.aws.amazon.com/elasticloadbalancing/latest/classic/config-idle-timeout.html"),
    /** Google Cloud VPC firewall. */
    GCP_VPC_FIREWALL("10m", "10m..10m", Expiry.BLOCKS_INBOUND, Refresh.ANY_SEGMENT,
        "Google Cloud VPC firewall",
        "",
        "cloud.google.com/compute/docs/troubleshooting/general-tips"),
    /** Google Cloud NAT, established. */
    GCP_CLOUD_NAT("1200s", "", Expiry.SILENT, Refresh.ANY_SEGMENT,
        "Google Cloud NAT, established",
        "From secondary sources.",
        "cloud.google.com/nat/docs/tune-nat-configuration"),
    /** Google Cloud internal passthrough load balancer. */
    GCP_INTERNAL_PASSTHROUGH_NLB("10m", "..16h", Expiry.SILENT, Refresh.ANY_SEGMENT,
        "Google Cloud internal passthrough load balancer",
        "Longer than 10 min with a session affinity of less than five tuples only.",
        "cloud.google.com/compute/docs/reference/rest/v1/backendServices"),
    /** Google Cloud external passthrough load balancer, connection tracking. */
    GCP_EXTERNAL_PASSTHROUGH_NLB("60s", "", Expiry.SILENT, Refresh.ANY_SEGMENT,
        "Google Cloud external passthrough load balancer, connection tracking",
        "Falls back to hashing: the flow may reach another backend.",
        "cloud.google.com/load-balancing/docs/network"),
    /** Oracle Cloud network load balancer. */
    OCI_NETWORK_LOAD_BALANCER("360s", "", Expiry.UNDOCUMENTED, Refresh.ANY_SEGMENT,
        "Oracle Cloud network load balancer",
        "",
        "docs.oracle.com/iaas/Content/NetworkLoadBalancer/configure-idle-timeout.htm"),
    /** Oracle Cloud load balancer, backend side. */
    OCI_LOAD_BALANCER("300s", "", Expiry.CLOSE, Refresh.PAYLOAD,
        "Oracle Cloud load balancer, backend side",
        "65 s towards HTTP clients.",
        "docs.oracle.com/iaas/Content/Balance/Reference/connectionreuse.htm"),
    /** IPVS: kube-proxy in ipvs mode, Docker swarm VIP. */
    IPVS("900s", "", Expiry.SILENT, Refresh.ANY_SEGMENT,
        "IPVS: kube-proxy in ipvs mode, Docker swarm VIP",
        "ipvsadm --set; seen: 901 to 903 s.",
        "github.com/moby/moby/issues/31208"),
    /** Linux conntrack: home routers, Kubernetes nodes, Docker. */
    LINUX_CONNTRACK("5d", "", Expiry.SILENT, Refresh.ANY_SEGMENT,
        "Linux conntrack: home routers, Kubernetes nodes, Docker",
        "nf_conntrack_tcp_timeout_established; with nf_conntrack_tcp_loose=1, the default, the next packet of the client revives the flow.",
        "docs.kernel.org/networking/nf_conntrack-sysctl.html"),
    /** F5 BIG-IP, fastL4 and tcp profiles. */
    F5_BIG_IP("300s", "", Expiry.RESET, Refresh.ANY_SEGMENT,
        "F5 BIG-IP, fastL4 and tcp profiles",
        "Reset on timeout is on by default.",
        "clouddocs.f5.com/api/irules/L4_Profile.html"),
    /** Cisco ASA and FTD. */
    CISCO_ASA("1h", "5m..", Expiry.SILENT, Refresh.ANY_SEGMENT,
        "Cisco ASA and FTD",
        "10 min for half-closed connections.",
        "cisco.com/c/en/us/td/docs/security/asa"),
    /** Palo Alto PAN-OS. */
    PALO_ALTO("3600s", "", Expiry.UNDOCUMENTED, Refresh.ANY_SEGMENT,
        "Palo Alto PAN-OS",
        "Single applications may have less.",
        "docs.paloaltonetworks.com/pan-os"),
    /** FortiGate. */
    FORTIGATE("3600s", "300s..2764800s", Expiry.UNDOCUMENTED, Refresh.ANY_SEGMENT,
        "FortiGate",
        "",
        "community.fortinet.com KB 194357"),
    /** HAProxy: timeout client, server, tunnel. */
    HAPROXY("30s", "", Expiry.CLOSE, Refresh.PAYLOAD,
        "HAProxy: timeout client, server, tunnel",
        "Has no default; 30 to 60 s are usual.",
        "docs.haproxy.org"),
    /** nginx HTTP proxy: proxy_read_timeout. */
    NGINX_PROXY("60s", "", Expiry.CLOSE, Refresh.PAYLOAD,
        "nginx HTTP proxy: proxy_read_timeout",
        "",
        "nginx.org/en/docs/http/ngx_http_proxy_module.html"),
    /** nginx TCP proxy: proxy_timeout. */
    NGINX_STREAM("10m", "", Expiry.CLOSE, Refresh.PAYLOAD,
        "nginx TCP proxy: proxy_timeout",
        "",
        "nginx.org/en/docs/stream/ngx_stream_proxy_module.html"),
    /** Envoy TCP proxy: idle_timeout; most service meshes. */
    ENVOY_TCP_PROXY("1h", "", Expiry.CLOSE, Refresh.PAYLOAD,
        "Envoy TCP proxy: idle_timeout; most service meshes",
        "",
        "envoyproxy.io/docs/envoy/latest/faq/configuration/timeouts"),
    /** Twilio Super SIM mobile core. */
    TWILIO_MOBILE_CORE("6h", "", Expiry.UNDOCUMENTED, Refresh.ANY_SEGMENT,
        "Twilio Super SIM mobile core",
        "",
        "twilio.com/docs/iot/supersim"),
    /** The worst of 73 cellular carriers. */
    CELLULAR_WORST("255s", "", Expiry.RESET, Refresh.ANY_SEGMENT,
        "The worst of 73 cellular carriers",
        "4 of 73 were at or below 5 min, 11 below 10 min. Measured in 2011.",
        "Wang et al., An untold story of middleboxes in cellular networks, SIGCOMM 2011"),
    /** The worst of 34 home gateways. */
    HOME_GATEWAY_WORST("239s", "", Expiry.UNDOCUMENTED, Refresh.ANY_SEGMENT,
        "The worst of 34 home gateways",
        "The median was about 60 min. Measured in 2010.",
        "Hätönen et al., An experimental study of home gateway characteristics, IMC 2010"),
    /** A NAT that follows RFC 5382. */
    RFC_5382("7440s", "7440s..", Expiry.SILENT, Refresh.ANY_SEGMENT,
        "A NAT that follows RFC 5382",
        "REQ-5: at least 2 h 4 min; widely ignored.",
        "rfc-editor.org/rfc/rfc5382#section-5");
    // spotless:on

    /** What a box does with a flow whose idle timeout has passed. */
    public enum Expiry {
        /** Forgets it and drops whatever comes: both ends go on believing that they are connected. */
        SILENT("drops silently"),
        /** Forgets it and answers the next segment with a reset. */
        RESET_ON_NEXT_SEGMENT("resets on the next segment"),
        /** Resets both ends at once. */
        RESET("resets at once"),
        /** Closes both connections: it is a proxy, and the ends see a FIN. */
        CLOSE("closes"),
        /** Drops what comes from outside until the inside sends again. */
        BLOCKS_INBOUND("blocks inbound"),
        /** The source does not say. */
        UNDOCUMENTED("not documented");

        private final String description;

        Expiry(String description) {
            this.description = description;
        }

        /**
         * This behaviour in words.
         *
         * @return a few lower-case words
         */
        public String description() {
            return description;
        }
    }

    /** What restarts a box's idle timer. */
    public enum Refresh {
        /** Any segment, keepalive probes included. */
        ANY_SEGMENT("any segment"),
        /** Bytes of the connection: the box ends TCP on both sides and answers probes itself. */
        PAYLOAD("payload"),
        /** Requests of the protocol that the box speaks, and nothing else. */
        REQUEST("requests");

        private final String description;

        Refresh(String description) {
            this.description = description;
        }

        /**
         * This kind of traffic in words.
         *
         * @return one or two lower-case words
         */
        public String description() {
            return description;
        }
    }

    private static final YearMonth AS_OF = YearMonth.of(2026, 11);

    private final String title;
    private final Duration idleTimeout;
    private final Optional<Duration> shortestIdleTimeout;
    private final Optional<Duration> longestIdleTimeout;
    private final Expiry expiry;
    private final Refresh refreshedBy;
    private final String note;
    private final String source;

    Middlebox(
            String idleTimeout,
            String range,
            Expiry expiry,
            Refresh refreshedBy,
            String title,
            String note,
            String source) {
        this.title = title;
        this.idleTimeout = DurationText.parse(title, idleTimeout);
        int dots = range.indexOf("..");
        this.shortestIdleTimeout = known(title, dots < 0 ? "" : range.substring(0, dots));
        this.longestIdleTimeout = known(title, dots < 0 ? "" : range.substring(dots + 2));
        this.expiry = expiry;
        this.refreshedBy = refreshedBy;
        this.note = note;
        this.source = source;
    }

    private static Optional<Duration> known(String title, String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(DurationText.parse(title, text));
    }

    /**
     * Finds a box by its name in the policy grammar.
     *
     * @param text for example {@code azure-load-balancer}
     * @return the box
     * @throws IllegalArgumentException if there is none; the message lists all
     */
    public static Middlebox parse(String text) {
        return Arrays.stream(values())
                .filter(box -> box.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("middlebox: '" + text
                        + "' (expected: a duration such as 4m, or one of "
                        + Arrays.stream(values()).map(Middlebox::text).collect(Collectors.joining(", ")) + ")"));
    }

    /**
     * The name of this box in the policy grammar.
     *
     * @return for example {@code azure-load-balancer}
     */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * What this box is, in words.
     *
     * @return the product and the part of it
     */
    public String title() {
        return title;
    }

    /**
     * After how much silence the box forgets a flow by default.
     *
     * @return the vendor's default
     */
    public Duration idleTimeout() {
        return idleTimeout;
    }

    /**
     * The least idle timeout that it can be set to.
     *
     * @return equal to {@link #idleTimeout()} if it can't be set lower; empty if the source does not say
     */
    public Optional<Duration> shortestIdleTimeout() {
        return shortestIdleTimeout;
    }

    /**
     * The greatest idle timeout that it can be set to.
     *
     * @return equal to {@link #idleTimeout()} if it can't be set higher; empty if the source does not say
     */
    public Optional<Duration> longestIdleTimeout() {
        return longestIdleTimeout;
    }

    /**
     * What it does with a flow whose idle timeout has passed.
     *
     * @return the behaviour by default
     */
    public Expiry expiry() {
        return expiry;
    }

    /**
     * What restarts its idle timer.
     *
     * @return {@link Refresh#ANY_SEGMENT} if keepalive probes help
     */
    public Refresh refreshedBy() {
        return refreshedBy;
    }

    /**
     * What else there is to know.
     *
     * @return a sentence, or the empty string
     */
    public String note() {
        return note;
    }

    /**
     * Where the values come from.
     *
     * @return the address of a page without its scheme, or a publication
     */
    public String source() {
        return source;
    }

    /**
     * When the source was last looked at.
     *
     * @return a month
     */
    public YearMonth asOf() {
        return AS_OF;
    }
}
