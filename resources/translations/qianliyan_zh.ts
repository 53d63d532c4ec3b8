<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AbnormalList</name>
    <message>
        <source>Nothing abnormal</source>
        <translation>无异常</translation>
    </message>
</context>
<context>
    <name>AreaTable</name>
    <message>
        <source>Area</source>
        <translation>片区</translation>
    </message>
    <message>
        <source>Stations normal</source>
        <translation>正常泵站</translation>
    </message>
    <message>
        <source>Pumps running</source>
        <translation>运行水泵</translation>
    </message>
    <message>
        <source>Outflow</source>
        <translation>出水流量</translation>
    </message>
</context>
<context>
    <name>AutoAction</name>
    <message>
        <source>Return to Auto</source>
        <translation>恢复自动</translation>
    </message>
    <message>
        <source>Mode Auto: the PLC decides</source>
        <translation>自动方式：由控制器决定</translation>
    </message>
    <message>
        <source>The PLC may start or stop the pump at once.</source>
        <translation>控制器可能立即启动或停止水泵。</translation>
    </message>
</context>
<context>
    <name>BannerRow</name>
    <message>
        <source>Nothing abnormal</source>
        <translation>无异常</translation>
    </message>
</context>
<context>
    <name>CloseAction</name>
    <message>
        <source>Close gate</source>
        <translation>关闸</translation>
    </message>
    <message>
        <source>Closed</source>
        <translation>全关</translation>
    </message>
    <message>
        <source>With the gate closed the level behind it rises.</source>
        <translation>关闸后闸前水位会上升。</translation>
    </message>
</context>
<context>
    <name>CommandSection</name>
    <message>
        <source>The engine is silent: no command is possible. Use the local panel.</source>
        <translation>采集引擎无响应：不能下发命令，请使用就地控制箱。</translation>
    </message>
</context>
<context>
    <name>ConfirmPanel</name>
    <message>
        <source>Confirm: {}</source>
        <translation>确认：{}</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>当前</translation>
    </message>
    <message>
        <source>Will be</source>
        <translation>将变为</translation>
    </message>
    <message>
        <source>Permissives: needed to start</source>
        <translation>允许条件（启动必需）</translation>
    </message>
    <message>
        <source>Reason (needed)</source>
        <translation>原因（必填）</translation>
    </message>
    <message>
        <source>Dispatch order</source>
        <translation>调度指令</translation>
    </message>
    <message>
        <source>High level</source>
        <translation>水位偏高</translation>
    </message>
    <message>
        <source>Test run</source>
        <translation>试运行</translation>
    </message>
    <message>
        <source>Cancel (Esc)</source>
        <translation>取消 (Esc)</translation>
    </message>
</context>
<context>
    <name>DeviceDetail</name>
    <message>
        <source>Choose a device to see how it is read and its last error in full.</source>
        <translation>选择一台设备，查看其读取方式与最近错误全文。</translation>
    </message>
</context>
<context>
    <name>DeviceModel</name>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>通讯</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>协议</translation>
    </message>
    <message>
        <source>Scan rate</source>
        <translation>扫描达成率</translation>
    </message>
    <message>
        <source>Overruns</source>
        <translation>超时</translation>
    </message>
    <message>
        <source>Last good</source>
        <translation>最近成功</translation>
    </message>
    <message>
        <source>Reconnects</source>
        <translation>重连</translation>
    </message>
    <message>
        <source>Failures</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Bad replies</source>
        <translation>错误应答</translation>
    </message>
    <message>
        <source>Clock offset</source>
        <translation>时钟偏差</translation>
    </message>
    <message>
        <source>Last error</source>
        <translation>最近错误</translation>
    </message>
</context>
<context>
    <name>EventsPage</name>
    <message>
        <source>Events</source>
        <translation>事件</translation>
    </message>
    <message>
        <source>Search place, text, person  (Ctrl+F)</source>
        <translation>搜索地点、内容、人员  (Ctrl+F)</translation>
    </message>
    <message>
        <source>All journals</source>
        <translation>全部日志</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>发生了什么</translation>
    </message>
    <message>
        <source>Entry</source>
        <translation>条目详情</translation>
    </message>
    <message>
        <source>Choose a line to see everything that was recorded.</source>
        <translation>选择一行，查看全部记录内容。</translation>
    </message>
    <message>
        <source>Entries: {}</source>
        <translation>{} 条</translation>
    </message>
</context>
<context>
    <name>Faceplate</name>
    <message>
        <source>Events</source>
        <translation>事件</translation>
    </message>
    <message>
        <source>Communication</source>
        <translation>通讯</translation>
    </message>
    <message>
        <source>Keep this faceplate open beside the next one</source>
        <translation>固定本面板，与下一个并列显示</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>关闭 (Esc)</translation>
    </message>
    <message>
        <source>Local</source>
        <translation>就地</translation>
    </message>
    <message>
        <source>T</source>
        <comment>one letter inside the hold tag</comment>
        <translation>牌</translation>
    </message>
    <message>
        <source>Remote</source>
        <translation>远程</translation>
    </message>
</context>
<context>
    <name>Facts</name>
    <message>
        <source>Permissives: needed to start</source>
        <translation>允许条件（启动必需）</translation>
    </message>
    <message>
        <source>Interlocks: stop it while it runs</source>
        <translation>联锁（运行中触发即停）</translation>
    </message>
    <message>
        <source>Starts and hours</source>
        <translation>启动与运行小时</translation>
    </message>
    <message>
        <source>Other values</source>
        <translation>其他数值</translation>
    </message>
    <message>
        <source>Start allowed in</source>
        <translation>可启动倒计时</translation>
    </message>
    <message>
        <source>Minimum stop time</source>
        <translation>最短停机时间</translation>
    </message>
    <message>
        <source>over</source>
        <translation>已满足</translation>
    </message>
    <message>
        <source>Starts this hour</source>
        <translation>本小时启动</translation>
    </message>
</context>
<context>
    <name>GateStopAction</name>
    <message>
        <source>Stop gate</source>
        <translation>停闸</translation>
    </message>
    <message>
        <source>Standing where it is</source>
        <translation>停在当前位置</translation>
    </message>
    <message>
        <source>The gate stays between its ends.</source>
        <translation>闸门将停在中间位置。</translation>
    </message>
</context>
<context>
    <name>Header</name>
    <message>
        <source>Keys  (F1)</source>
        <translation>快捷键  (F1)</translation>
    </message>
</context>
<context>
    <name>HeadlineRow</name>
    <message>
        <source>Time to overflow</source>
        <translation>距溢流时间</translation>
    </message>
    <message>
        <source>Level not known</source>
        <translation>水位未知</translation>
    </message>
    <message>
        <source>Level does not rise</source>
        <translation>水位未上升</translation>
    </message>
    <message>
        <source>Overflow level reached</source>
        <translation>已达溢流水位</translation>
    </message>
    <message>
        <source>{} pumps in reserve</source>
        <translation>备用泵 {} 台</translation>
    </message>
    <message>
        <source>{} available</source>
        <translation>可用 {}</translation>
    </message>
    <message>
        <source>{} tripped</source>
        <translation>跳闸 {}</translation>
    </message>
    <message>
        <source>{} unknown</source>
        <translation>未知 {}</translation>
    </message>
    <message>
        <source>Pumps running</source>
        <translation>运行水泵</translation>
    </message>
</context>
<context>
    <name>HoldSection</name>
    <message>
        <source>Hold tag by {} since {}: {}</source>
        <translation>{} 于 {} 挂牌：{}</translation>
    </message>
    <message>
        <source>Take hold tag off</source>
        <translation>摘牌</translation>
    </message>
    <message>
        <source>Place hold tag</source>
        <translation>挂牌</translation>
    </message>
    <message>
        <source>Reason (needed)</source>
        <translation>原因（必填）</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>JournalModel</name>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Journal</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>地点</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>发生了什么</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>人员</translation>
    </message>
</context>
<context>
    <name>KeysPanel</name>
    <message>
        <source>Keys</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Esc closes</source>
        <translation>Esc 关闭</translation>
    </message>
    <message>
        <source>Overview, Stations, Events, System</source>
        <translation>总览、泵站、事件、系统</translation>
    </message>
    <message>
        <source>a station, in the order of the rail</source>
        <translation>某一泵站（按左侧顺序）</translation>
    </message>
    <message>
        <source>the place of the worst abnormal condition</source>
        <translation>最严重异常所在位置</translation>
    </message>
    <message>
        <source>silence the horn</source>
        <translation>消音</translation>
    </message>
    <message>
        <source>back, forward</source>
        <translation>后退、前进</translation>
    </message>
    <message>
        <source>to the next or previous part of the page</source>
        <translation>画面的下一部分、上一部分</translation>
    </message>
    <message>
        <source>choose on the map, on the mimic, in a list</source>
        <translation>在地图、流程图或列表中选择</translation>
    </message>
    <message>
        <source>open what is chosen</source>
        <translation>打开所选</translation>
    </message>
    <message>
        <source>give a selection back, close a faceplate</source>
        <translation>取消选中，关闭操作面板</translation>
    </message>
    <message>
        <source>search the events</source>
        <translation>搜索事件</translation>
    </message>
    <message>
        <source>whole screen</source>
        <translation>全屏</translation>
    </message>
    <message>
        <source>this panel</source>
        <translation>本面板</translation>
    </message>
</context>
<context>
    <name>LatestEvents</name>
    <message>
        <source>Nothing was recorded yet</source>
        <translation>尚无记录</translation>
    </message>
</context>
<context>
    <name>LevelAction</name>
    <message>
        <source>Set start level</source>
        <translation>设定启泵水位</translation>
    </message>
    <message>
        <source>Changes when the first pump starts.</source>
        <translation>改变首台泵的启动水位。</translation>
    </message>
</context>
<context>
    <name>LineModel</name>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>报文</translation>
    </message>
</context>
<context>
    <name>LineView</name>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Links</source>
        <translation>通讯</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>Raw messages</source>
        <translation>原始报文</translation>
    </message>
    <message>
        <source>Choose a line to read it in full, with its bytes in hex and ASCII.</source>
        <translation>选择一行，查看全文及其十六进制与 ASCII 报文。</translation>
    </message>
</context>
<context>
    <name>LowerRow</name>
    <message>
        <source>Nothing recorded yet</source>
        <translation>尚无记录</translation>
    </message>
    <message>
        <source>Trend</source>
        <translation>趋势</translation>
    </message>
    <message>
        <source>Pumps</source>
        <translation>水泵</translation>
    </message>
    <message>
        <source>Events and commands</source>
        <translation>事件与命令</translation>
    </message>
    <message>
        <source>Pump</source>
        <translation>水泵</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Run-hours</source>
        <translation>运行小时</translation>
    </message>
    <message>
        <source>Starts</source>
        <translation>启动次数</translation>
    </message>
    <message>
        <source>In 1 h</source>
        <translation>近 1 时</translation>
    </message>
    <message>
        <source>Wait</source>
        <translation>等待</translation>
    </message>
</context>
<context>
    <name>ModeAction</name>
    <message>
        <source>Change mode</source>
        <translation>切换方式</translation>
    </message>
    <message>
        <source>Hand alone does not move the pump; Off stops it.</source>
        <translation>切到手动不会使泵动作；切到停用会停泵。</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>No site is in force yet</source>
        <translation>尚无站点配置</translation>
    </message>
    <message>
        <source>An engineer applies one from the terminal; this room shows it as soon as it is there.</source>
        <translation>请工程师在终端应用站点配置；配置生效后，本监控室随即显示。</translation>
    </message>
    <message>
        <source>The store cannot be read</source>
        <translation>无法读取数据库</translation>
    </message>
    <message>
        <source>It is tried again each second. Start the engine, or look at the store&apos;s address.</source>
        <translation>每秒重试。请启动采集引擎，或检查数据库地址。</translation>
    </message>
</context>
<context>
    <name>OpenAction</name>
    <message>
        <source>Open gate</source>
        <translation>开闸</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>全开</translation>
    </message>
    <message>
        <source>Water reaches the receiving water.</source>
        <translation>水将排入受纳水体。</translation>
    </message>
</context>
<context>
    <name>Outcome</name>
    <message>
        <source>Asking for the selection…</source>
        <translation>正在申请选中…</translation>
    </message>
    <message>
        <source>Command under way…</source>
        <translation>命令执行中…</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>被拒绝</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>No feedback</source>
        <translation>无反馈</translation>
    </message>
    <message>
        <source>Outcome unknown</source>
        <translation>结果不明</translation>
    </message>
    <message>
        <source>The selection ran out</source>
        <translation>选中已过期</translation>
    </message>
    <message>
        <source>Selection given back</source>
        <translation>选中已取消</translation>
    </message>
    <message>
        <source>Somebody else has selected it</source>
        <translation>已被他人选中</translation>
    </message>
    <message>
        <source>The engine did not answer</source>
        <translation>引擎没有应答</translation>
    </message>
    <message>
        <source>Taken by the engine</source>
        <translation>引擎已受理</translation>
    </message>
    <message>
        <source>Intent recorded</source>
        <translation>意图已记录</translation>
    </message>
    <message>
        <source>Sent to the PLC</source>
        <translation>已发送到控制器</translation>
    </message>
    <message>
        <source>Accepted by the PLC, waiting for feedback</source>
        <translation>控制器已接受，等待反馈</translation>
    </message>
    <message>
        <source>Done: feedback confirms it</source>
        <translation>完成：反馈已确认</translation>
    </message>
    <message>
        <source>Failed: the PLC did not carry it out</source>
        <translation>失败：控制器未执行</translation>
    </message>
    <message>
        <source>Accepted, but the feedback did not come</source>
        <translation>已接受，但反馈未到</translation>
    </message>
    <message>
        <source>Not known whether it was carried out: look at the feedback. Nothing is sent again</source>
        <translation>是否已执行不明：请看反馈。命令不会重发</translation>
    </message>
    <message>
        <source>Refused: nothing was sent</source>
        <translation>被拒绝：未发送任何内容</translation>
    </message>
    <message>
        <source>Too late: nothing was sent</source>
        <translation>已过期：未发送任何内容</translation>
    </message>
    <message>
        <source>Cancelled: nothing was sent</source>
        <translation>已取消：未发送任何内容</translation>
    </message>
    <message>
        <source>Selected</source>
        <translation>已选中</translation>
    </message>
</context>
<context>
    <name>OverviewPage</name>
    <message>
        <source>Overview</source>
        <translation>总览</translation>
    </message>
    <message>
        <source>Stations normal</source>
        <translation>正常泵站</translation>
    </message>
    <message>
        <source>Pumps running</source>
        <translation>运行水泵</translation>
    </message>
    <message>
        <source>Total outflow</source>
        <translation>总出水流量</translation>
    </message>
    <message>
        <source>Rain</source>
        <translation>雨强</translation>
    </message>
    <message>
        <source>Highest river level</source>
        <translation>最高外河水位</translation>
    </message>
    <message>
        <source>Fullest well</source>
        <translation>最满水池</translation>
    </message>
    <message>
        <source>First overflow in</source>
        <translation>最早溢流</translation>
    </message>
    <message>
        <source>Devices up</source>
        <translation>设备在线</translation>
    </message>
    <message>
        <source>Abnormal now</source>
        <translation>当前异常</translation>
    </message>
    <message>
        <source>Areas</source>
        <translation>片区</translation>
    </message>
    <message>
        <source>Latest events</source>
        <translation>最新事件</translation>
    </message>
    <message>
        <source>devices</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>trips</source>
        <translation>跳闸</translation>
    </message>
    <message>
        <source>limits</source>
        <translation>超限</translation>
    </message>
    <message>
        <source>commands</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>others</source>
        <translation>其他</translation>
    </message>
</context>
<context>
    <name>ProgressPanel</name>
    <message>
        <source>Back (Esc)</source>
        <translation>返回 (Esc)</translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>Overview</source>
        <translation>总览</translation>
    </message>
    <message>
        <source>Stations</source>
        <translation>泵站</translation>
    </message>
    <message>
        <source>Events</source>
        <translation>事件</translation>
    </message>
    <message>
        <source>System</source>
        <translation>系统</translation>
    </message>
</context>
<context>
    <name>ResetAction</name>
    <message>
        <source>Reset trip</source>
        <translation>故障复位</translation>
    </message>
    <message>
        <source>Trip cleared, still stopped</source>
        <translation>故障解除，仍停止</translation>
    </message>
    <message>
        <source>Find the cause before you reset. A reset never starts the pump.</source>
        <translation>复位前先查明原因。复位不会启动水泵。</translation>
    </message>
</context>
<context>
    <name>SoundButton</name>
    <message>
        <source>Quiet</source>
        <translation>无声</translation>
    </message>
    <message>
        <source>Silence</source>
        <translation>消音</translation>
    </message>
    <message>
        <source>No sound</source>
        <translation>无法发声</translation>
    </message>
    <message>
        <source>Silenced</source>
        <translation>已消音</translation>
    </message>
    <message>
        <source>Silence the horn  (F9)</source>
        <translation>消音  (F9)</translation>
    </message>
</context>
<context>
    <name>SpeedAction</name>
    <message>
        <source>Set speed</source>
        <translation>设定转速</translation>
    </message>
    <message>
        <source>Takes effect at once if the pump runs.</source>
        <translation>水泵运行时立即生效。</translation>
    </message>
</context>
<context>
    <name>StartAction</name>
    <message>
        <source>Start</source>
        <translation>启动</translation>
    </message>
    <message>
        <source>Running, mode Hand</source>
        <translation>运行，手动方式</translation>
    </message>
    <message>
        <source>The pump leaves Auto: the PLC no longer stops it at the stop level, only its protections do.</source>
        <translation>水泵将脱离自动：控制器不再按停泵水位停泵，只有保护会停泵。</translation>
    </message>
</context>
<context>
    <name>StationPage</name>
    <message>
        <source>Stations</source>
        <translation>泵站</translation>
    </message>
    <message>
        <source>T</source>
        <comment>one letter inside the hold tag</comment>
        <translation>牌</translation>
    </message>
</context>
<context>
    <name>StationWords</name>
    <message>
        <source>Inflow</source>
        <translation>进水</translation>
    </message>
    <message>
        <source>Local</source>
        <translation>就地</translation>
    </message>
    <message>
        <source>T</source>
        <comment>one letter inside the hold tag</comment>
        <translation>牌</translation>
    </message>
    <message>
        <source>Start allowed in {}</source>
        <translation>{} 后可启动</translation>
    </message>
    <message>
        <source>Starts this hour {}</source>
        <translation>本小时启动 {}</translation>
    </message>
    <message>
        <source>Overflow</source>
        <translation>溢流</translation>
    </message>
    <message>
        <source>High float</source>
        <translation>高位浮球</translation>
    </message>
    <message>
        <source>Overflow float</source>
        <translation>溢流浮球</translation>
    </message>
    <message>
        <source>Command under way</source>
        <translation>命令执行中</translation>
    </message>
    <message>
        <source>Selected</source>
        <translation>已选中</translation>
    </message>
    <message>
        <source>Engine silent</source>
        <translation>采集引擎无响应</translation>
    </message>
    <message>
        <source>No communication</source>
        <translation>无通讯</translation>
    </message>
    <message>
        <source>Values not to be trusted</source>
        <translation>数值不可信</translation>
    </message>
    <message>
        <source>Pumps {} of {}</source>
        <translation>水泵 {} / {}</translation>
    </message>
    <message>
        <source>{} tripped</source>
        <translation>跳闸 {}</translation>
    </message>
    <message>
        <source>Abnormal</source>
        <translation>异常</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>正常</translation>
    </message>
</context>
<context>
    <name>StopAction</name>
    <message>
        <source>Stop pump (normal)</source>
        <translation>停泵（正常）</translation>
    </message>
    <message>
        <source>Stopped, mode Off</source>
        <translation>停止，停用方式</translation>
    </message>
    <message>
        <source>The level rises while pumps stand. Not an emergency stop.</source>
        <translation>停泵期间水位上升。此为正常停泵，不是急停。</translation>
    </message>
</context>
<context>
    <name>SubstituteSection</name>
    <message>
        <source>for {} h</source>
        <translation>{} 小时</translation>
    </message>
    <message>
        <source>Manual value</source>
        <translation>人工值</translation>
    </message>
    <message>
        <source>Reason (needed)</source>
        <translation>原因（必填）</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Take manual value back</source>
        <translation>取消人工值</translation>
    </message>
    <message>
        <source>Enter manual value</source>
        <translation>置人工值</translation>
    </message>
</context>
<context>
    <name>SystemPage</name>
    <message>
        <source>System</source>
        <translation>系统</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>采集引擎</translation>
    </message>
    <message>
        <source>Queues</source>
        <translation>队列</translation>
    </message>
    <message>
        <source>Store</source>
        <translation>数据库</translation>
    </message>
    <message>
        <source>This room</source>
        <translation>本机监控室</translation>
    </message>
    <message>
        <source>all devices</source>
        <translation>全部设备</translation>
    </message>
    <message>
        <source>Communication log</source>
        <translation>通讯记录</translation>
    </message>
</context>
<context>
    <name>Window</name>
    <message>
        <source>Qianliyan</source>
        <translation>千里眼</translation>
    </message>
</context>
<context>
    <name>ZoneMap</name>
    <message>
        <source>running</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>spills in</source>
        <translation>溢流倒计时</translation>
    </message>
</context>
<context>
    <name>_Counts</name>
    <message>
        <source>Devices</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Trips</source>
        <translation>跳闸</translation>
    </message>
    <message>
        <source>Levels</source>
        <translation>超限</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>Devices without trusted values, tripped machines, levels beyond limits, open commands</source>
        <translation>数值不可信的设备、跳闸的机器、越限的测量值、结果未定的命令</translation>
    </message>
</context>
<context>
    <name>_PersonLabel</name>
    <message>
        <source>Viewer</source>
        <translation>观察员</translation>
    </message>
    <message>
        <source>Operator</source>
        <translation>值班员</translation>
    </message>
    <message>
        <source>Supervisor</source>
        <translation>值班长</translation>
    </message>
    <message>
        <source>Engineer</source>
        <translation>工程师</translation>
    </message>
    <message>
        <source>Administrator</source>
        <translation>管理员</translation>
    </message>
    <message>
        <source>Not signed in</source>
        <translation>未登录</translation>
    </message>
    <message>
        <source>Viewing only</source>
        <translation>仅供查看</translation>
    </message>
    <message>
        <source>No accounts</source>
        <translation>尚无账户</translation>
    </message>
    <message>
        <source>Everything can be looked at. Commands wait until there are accounts.</source>
        <translation>可以查看全部画面；有账户之前不能发出命令。</translation>
    </message>
</context>
<context>
    <name>_Silent</name>
    <message>
        <source>Engine silent since {}</source>
        <translation>采集引擎自 {} 起无响应</translation>
    </message>
    <message>
        <source>Believe no value here. Phone the stations; look at the engine on the System page.</source>
        <translation>画面数值全部不可信。请电话核对各泵站，并到“系统”页检查引擎。</translation>
    </message>
</context>
</TS>
