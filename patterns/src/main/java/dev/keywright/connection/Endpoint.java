package dev.keywright.connection;

import dev.keywright.KeywrightException;

/** Where a server listens. */
public record Endpoint(String host, int port) {

    /**
     * Reads {@code host:port}; brackets around an IPv6 address may be left out.
     *
     * @throws KeywrightException.Misused when it is something else
     */
    public static Endpoint parse(String text) {
        int colon = text.lastIndexOf(':');
        String port = text.substring(colon + 1);
        if (colon < 1 || !port.matches("[1-9]\\d{0,4}") || Integer.parseInt(port) > 65_535) {
            throw new KeywrightException.Misused(
                    "'" + text + "' is no address of a server. Write host:port, such as 10.0.0.7:6379.");
        }
        String host = text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        return new Endpoint(bracketed ? host.substring(1, host.length() - 1) : host, Integer.parseInt(port));
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
