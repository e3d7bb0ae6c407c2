package dev.keywright.ops.deploy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.keywright.ops.OpsException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The server program to run. Valkey is under the BSD licence; so is Redis up to 7.2, no longer maintained. Redis 7.4 is under RSAL
 * or SSPL, Redis 8 under those or AGPL.
 *
 * @param name {@code redis} or {@code valkey}
 * @param version such as {@code 8.1}
 */
public record Product(String name, String version) {

    /** Maintained, and under a licence that asks nothing of those who run it. */
    public static final Product DEFAULT = new Product("valkey", "8.1");

    private static final Pattern FORM = Pattern.compile("(redis|valkey)-(\\d{1,2})\\.(\\d{1,2})(\\.\\d{1,3})?");
    private static final int OLDEST_MAJOR = 7;

    /**
     * Reads {@code redis-7.4} or {@code valkey-8.1}.
     *
     * @throws OpsException when it is neither, or older than 7.0
     */
    @JsonCreator
    public static Product of(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || Integer.parseInt(form.group(2)) < OLDEST_MAJOR) {
            throw new OpsException(
                    "There is no product " + text + ". Give redis-7.0 or newer, or valkey-7.2 or newer.");
        }
        return new Product(form.group(1), text.substring(text.indexOf('-') + 1));
    }

    /** The official image on Docker Hub. */
    public String image() {
        return (name.equals("valkey") ? "valkey/valkey" : "redis") + ":" + version;
    }

    /** {@code redis-server} or {@code valkey-server}. */
    public String server() {
        return name + "-server";
    }

    /** {@code redis-cli} or {@code valkey-cli}. */
    public String client() {
        return name + "-cli";
    }

    @JsonValue
    @Override
    public String toString() {
        return name + "-" + version;
    }
}
