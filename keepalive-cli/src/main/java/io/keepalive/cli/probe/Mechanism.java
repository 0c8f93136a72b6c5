package io.keepalive.cli.probe;

import io.keepalive.Middlebox;
import io.keepalive.Middlebox.Expiry;
import java.util.Locale;

/** What happens to an idle connection. The names in lower case are part of the JSON output. */
enum Mechanism {
    /** The flow is forgotten and its packets vanish: both ends believe that they are connected. */
    SILENT_DROP("forgotten silently: later packets vanish", Expiry.SILENT),
    /** The flow is forgotten, and the next packet is answered by a reset. */
    RESET_ON_NEXT_PACKET("forgotten; the next packet is answered by a reset", Expiry.RESET_ON_NEXT_SEGMENT),
    /** A reset comes when the timeout is over. */
    RESET_AT_TIMEOUT("reset when the timeout is over", Expiry.RESET),
    /** A FIN comes when the timeout is over. */
    CLOSED_BY_PROXY_OR_SERVER("closed in order, by a proxy or by the server itself", Expiry.CLOSE),
    /** Nothing happened up to the longest idle length. */
    NONE_OBSERVED("no idle timeout observed", Expiry.UNDOCUMENTED),
    /** The peer or a box sends probes of its own. */
    KEPT_ALIVE_BY_PEER("kept alive by probes or data of the peer", Expiry.UNDOCUMENTED),
    /** Not known. */
    UNKNOWN("unknown", Expiry.UNDOCUMENTED);

    private final String description;
    private final Expiry expiry;

    Mechanism(String description, Expiry expiry) {
        this.description = description;
        this.expiry = expiry;
    }

    /** What a death shows. */
    static Mechanism of(Fate fate) {
        return switch (fate) {
            case SILENT -> SILENT_DROP;
            case RESET_ON_PROBE -> RESET_ON_NEXT_PACKET;
            case RESET -> RESET_AT_TIMEOUT;
            case CLOSED -> CLOSED_BY_PROXY_OR_SERVER;
            case NEVER_IDLE -> KEPT_ALIVE_BY_PEER;
            case LIVED -> NONE_OBSERVED;
            case VOID -> UNKNOWN;
        };
    }

    /** In words. */
    String description() {
        return description;
    }

    /** In JSON. */
    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether a box of the catalogue does this, as far as its documentation says. */
    boolean fits(Middlebox box) {
        if (this == NONE_OBSERVED || this == KEPT_ALIVE_BY_PEER || this == UNKNOWN) {
            return false;
        }
        return box.expiry() == expiry || box.expiry() == Expiry.UNDOCUMENTED;
    }
}
