package dev.keywright.ops.cluster;

import dev.keywright.ops.OpsException;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Where a node listens. */
record Endpoint(String host, int port) {

    /** @throws OpsException when the text is no {@code host:port} */
    static Endpoint parse(String text) {
        int colon = text.lastIndexOf(':');
        String port = text.substring(colon + 1);
        if (colon < 1 || !port.matches("[1-9]\\d{0,4}") || Integer.parseInt(port) > 65_535) {
            throw new OpsException("'" + text + "' is no node's address. Write host:port, such as 10.0.0.7:6379.");
        }
        String host = text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        return new Endpoint(bracketed ? host.substring(1, host.length() - 1) : host, Integer.parseInt(port));
    }

    /** The numeric form, because CLUSTER MEET takes no names. */
    String numericHost() {
        try {
            return InetAddress.getByName(host).getHostAddress();
        } catch (UnknownHostException e) {
            throw new OpsException("Host " + host + " is not known here. Give a name that resolves, or an address.", e);
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
