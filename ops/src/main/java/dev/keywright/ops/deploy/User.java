package dev.keywright.ops.deploy;

import java.util.List;
import java.util.Locale;

/**
 * Somebody who may connect. The password is no part of it: {@code secrets.sh} makes one where the servers run.
 *
 * @param name small letters and digits; also the name of the password's file and, in capitals, of its variable
 * @param rules what the user may do, as {@code ACL SETUSER} takes it, without passwords
 * @param why who it is for
 */
public record User(String name, String rules, String why) {

    static final String OPERATOR = "operator";
    static final String REPLICATION = "replication";
    static final String MONITOR = "monitor";
    static final String SENTINEL = "sentinel";

    private static final User APP = new User(
            "app",
            "~* &* +@read +@write +@keyspace +@connection +@transaction +@scripting +@pubsub +@blocking -@admin"
                    + " -@dangerous +info +role +wait +command +cluster|slots +cluster|shards +cluster|nodes"
                    + " +cluster|info +cluster|keyslot +cluster|myid",
            "applications: data, scripts and messages; narrow ~* to their own prefix, such as ~orders:*");

    /** Those the deployment itself needs; a list of users that lacks one of them gets it. */
    static final List<User> NEEDED = List.of(
            new User(OPERATOR, "~* &* +@all", "people and scripts that operate the servers"),
            new User(REPLICATION, "+psync +replconf +ping", "replicas, to copy from their primary"),
            new User(
                    MONITOR,
                    "+ping +info +role +dbsize +latency|latest +latency|histogram +slowlog|get +slowlog|len"
                            + " +memory|stats +cluster|info +cluster|nodes +cluster|slots",
                    "probes and metrics: reads no key and no configuration, which holds passwords"));

    static final User WATCHING = new User(
            SENTINEL,
            "allchannels +multi +slaveof +ping +exec +subscribe +config|rewrite +role +publish +info"
                    + " +client|setname +client|kill +script|kill",
            "Sentinels, to watch and to fail over");

    /** An application's user; the deployment adds those it needs itself. */
    public static final List<User> DEFAULTS = List.of(APP);

    boolean isPlain() {
        return name.matches("[a-z][a-z0-9]{0,30}")
                && !name.equals("default")
                && rules.matches("[!-~]+( [!-~]+)*")
                && !rules.matches("(?s).*(['\"`\\\\$]|(^| )([<>#!]|nopass|resetpass|on\\b|off\\b)).*")
                && why.codePoints().noneMatch(Character::isISOControl);
    }

    /** {@code APP_PASSWORD}. */
    String variable() {
        return name.toUpperCase(Locale.ROOT) + "_PASSWORD";
    }
}
