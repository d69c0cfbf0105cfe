/// The farm for a soak if the operator names none.
public enum SoakFarm {
  /// Four nodes on two networks without loss, with connections that are short enough for drains.
  public static let text = """
    # Does a farm keep its promises whatever breaks?
    farm:
      nodes: 4
      virtual_ip: 192.0.2.100
      groups: {web: {buckets: 256}}
      rules: [{port: 80, identity: address_port}]
    networks:
      lan: {carries: [service, heartbeat], loss: 0 %}
      backup: {carries: heartbeat, loss: 0 %}
    traffic:
      - {arrivals: 40/s, clients: 500, flow: {duration: {exponential: 500 ms}, segment_interval: 200 ms}}
    """
}
