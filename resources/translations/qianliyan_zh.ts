<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AbnormalList</name>
    <message>
        <source>No alarm</source>
        <translation>无报警</translation>
    </message>
</context>
<context>
    <name>AccountForm</name>
    <message>
        <source>Name to sign in with</source>
        <translation>登录用户名</translation>
    </message>
    <message>
        <source>Full name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>First password (10 characters at least; he changes it)</source>
        <translation>初始密码（至少 10 个字符，本人须修改）</translation>
    </message>
    <message>
        <source>Password again</source>
        <translation>再次输入密码</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Role in the whole site</source>
        <translation>全站角色</translation>
    </message>
    <message>
        <source>Roles in single areas besides</source>
        <translation>各区域另授角色</translation>
    </message>
</context>
<context>
    <name>AccountModel</name>
    <message>
        <source>Name</source>
        <translation>用户名</translation>
    </message>
    <message>
        <source>Full name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>角色</translation>
    </message>
    <message>
        <source>Areas besides</source>
        <translation>另授区域</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Last seen</source>
        <translation>最近登录</translation>
    </message>
</context>
<context>
    <name>AccountPane</name>
    <message>
        <source>New account</source>
        <translation>新账户</translation>
    </message>
    <message>
        <source>No account is chosen</source>
        <translation>未选择账户</translation>
    </message>
    <message>
        <source>Choose one in the list, or add one.</source>
        <translation>请在列表中选择，或添加账户。</translation>
    </message>
    <message>
        <source>Add an account…</source>
        <translation>添加账户…</translation>
    </message>
    <message>
        <source>Change role and areas…</source>
        <translation>修改角色和区域…</translation>
    </message>
    <message>
        <source>Cover an area for a shift…</source>
        <translation>授权代班一个班次…</translation>
    </message>
    <message>
        <source>Set password…</source>
        <translation>设置密码…</translation>
    </message>
    <message>
        <source>Enable…</source>
        <translation>启用…</translation>
    </message>
    <message>
        <source>Disable…</source>
        <translation>停用…</translation>
    </message>
    <message>
        <source>End the lock-out…</source>
        <translation>解除锁定…</translation>
    </message>
    <message>
        <source>Sign out everywhere…</source>
        <translation>全部退出…</translation>
    </message>
    <message>
        <source>The session is locked: unlock it first  (F2)</source>
        <translation>会话已锁定：请先解锁  (F2)</translation>
    </message>
    <message>
        <source>Accounts are kept by administrators. You may let people cover your areas.</source>
        <translation>账户由管理员维护；您可授权他人代班您的区域。</translation>
    </message>
</context>
<context>
    <name>AlarmBar</name>
    <message>
        <source>Active</source>
        <translation>当前报警</translation>
    </message>
    <message>
        <source>Shelved</source>
        <translation>已搁置</translation>
    </message>
    <message>
        <source>Suppressed</source>
        <translation>设计抑制</translation>
    </message>
    <message>
        <source>Out of service</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>Search place or alarm  (Ctrl+F)</source>
        <translation>搜索地点或报警  (Ctrl+F)</translation>
    </message>
    <message>
        <source>All states</source>
        <translation>全部状态</translation>
    </message>
    <message>
        <source>Unacknowledged</source>
        <translation>未确认</translation>
    </message>
    <message>
        <source>Condition stands</source>
        <translation>条件仍成立</translation>
    </message>
    <message>
        <source>Acknowledged</source>
        <translation>已确认</translation>
    </message>
    <message>
        <source>Returned</source>
        <translation>已恢复</translation>
    </message>
    <message>
        <source>All areas</source>
        <translation>全部片区</translation>
    </message>
    <message>
        <source>By priority</source>
        <translation>按优先级</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>最新在前</translation>
    </message>
    <message>
        <source>Priority {}</source>
        <translation>{} 级</translation>
    </message>
</context>
<context>
    <name>AlarmDetail</name>
    <message>
        <source>With a note…</source>
        <translation>附说明确认…</translation>
    </message>
    <message>
        <source>Shelve…  (S)</source>
        <translation>搁置…  (S)</translation>
    </message>
    <message>
        <source>Unshelve…</source>
        <translation>取消搁置…</translation>
    </message>
    <message>
        <source>Reset…</source>
        <translation>复位…</translation>
    </message>
    <message>
        <source>Out of service…</source>
        <translation>停用…</translation>
    </message>
    <message>
        <source>Back in service…</source>
        <translation>恢复使用…</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>修改参数…</translation>
    </message>
    <message>
        <source>Go there  (Enter)</source>
        <translation>前往现场画面  (Enter)</translation>
    </message>
    <message>
        <source>Trend  (T)</source>
        <translation>趋势  (T)</translation>
    </message>
    <message>
        <source>Log entry…</source>
        <translation>写值班记录…</translation>
    </message>
    <message>
        <source>If nobody acts</source>
        <translation>不处理的后果</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>应采取的措施</translation>
    </message>
    <message>
        <source>Settings and people</source>
        <translation>参数与人员</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史</translation>
    </message>
    <message>
        <source>Acknowledge {} of priority {}  (Space)</source>
        <translation>确认 {} 条 {} 级报警  (空格)</translation>
    </message>
    <message>
        <source>Acknowledge  (Space)</source>
        <translation>确认  (空格)</translation>
    </message>
    <message>
        <source>Nothing recorded yet</source>
        <translation>尚无记录</translation>
    </message>
    <message>
        <source>The site in force has no such alarm</source>
        <translation>现用站点配置中无此报警</translation>
    </message>
    <message>
        <source>changed</source>
        <translation>已修改</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>限值</translation>
    </message>
    <message>
        <source>Deadband</source>
        <translation>回差</translation>
    </message>
    <message>
        <source>Delays on / off</source>
        <translation>延时（动作/恢复）</translation>
    </message>
    <message>
        <source>Priority</source>
        <translation>优先级</translation>
    </message>
    <message>
        <source>Raised</source>
        <translation>报警时间</translation>
    </message>
    <message>
        <source>annunciated {} times</source>
        <translation>已报警 {} 次</translation>
    </message>
    <message>
        <source>Acknowledged</source>
        <translation>已确认</translation>
    </message>
    <message>
        <source>First-out ①</source>
        <translation>首发 ①</translation>
    </message>
    <message>
        <source>the first of its group</source>
        <translation>本组首个报警</translation>
    </message>
    <message>
        <source>Escalated to</source>
        <translation>已升级至</translation>
    </message>
    <message>
        <source>Frozen: the value is bad</source>
        <translation>冻结：数值无效</translation>
    </message>
    <message>
        <source>last known state</source>
        <translation>保持最后已知状态</translation>
    </message>
    <message>
        <source>Suppressed by</source>
        <translation>抑制规则</translation>
    </message>
    <message>
        <source>Out of service</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>Shelved until</source>
        <translation>搁置至</translation>
    </message>
    <message>
        <source>Changed by</source>
        <translation>修改人</translation>
    </message>
</context>
<context>
    <name>AlarmForm</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Reason (needed)</source>
        <translation>原因（必填）</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>说明</translation>
    </message>
</context>
<context>
    <name>AlarmHead</name>
    <message>
        <source>Choose an alarm to see what it means and what to do.</source>
        <translation>选择一条报警，查看其含义和应采取的措施。</translation>
    </message>
    <message>
        <source>Time to act: {} of {}</source>
        <translation>可处置时间：剩 {}，共 {}</translation>
    </message>
    <message>
        <source>Time to act is over since {}</source>
        <translation>可处置时间已过 {}</translation>
    </message>
</context>
<context>
    <name>AlarmList</name>
    <message>
        <source>No alarm here</source>
        <translation>此处无报警</translation>
    </message>
    <message>
        <source>Nothing fits the filter</source>
        <translation>没有符合筛选条件的报警</translation>
    </message>
</context>
<context>
    <name>AlarmsPage</name>
    <message>
        <source>Alarms</source>
        <translation>报警</translation>
    </message>
    <message>
        <source>Several priorities are chosen: acknowledge one priority at a time  (Ctrl+A)</source>
        <translation>选中了多个级别：每次只能确认同一级别  (Ctrl+A)</translation>
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
    <name>AuditBar</name>
    <message>
        <source>Last 24 hours</source>
        <translation>最近 24 小时</translation>
    </message>
    <message>
        <source>Last 7 days</source>
        <translation>最近 7 天</translation>
    </message>
    <message>
        <source>Last 30 days</source>
        <translation>最近 30 天</translation>
    </message>
    <message>
        <source>Last year</source>
        <translation>最近一年</translation>
    </message>
    <message>
        <source>From … to …</source>
        <translation>自定义时段</translation>
    </message>
    <message>
        <source>Everybody</source>
        <translation>所有人员</translation>
    </message>
    <message>
        <source>Everything</source>
        <translation>所有操作</translation>
    </message>
    <message>
        <source>Words  (Ctrl+F)</source>
        <translation>关键字  (Ctrl+F)</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>From</source>
        <translation>从</translation>
    </message>
    <message>
        <source>To</source>
        <translation>到</translation>
    </message>
    <message>
        <source>Person</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Words</source>
        <translation>关键字</translation>
    </message>
    <message>
        <source>All places</source>
        <translation>所有位置</translation>
    </message>
</context>
<context>
    <name>AuditDetail</name>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Second</source>
        <translation>第二人</translation>
    </message>
    <message>
        <source>Workstation</source>
        <translation>工作站</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>From → to</source>
        <translation>变更</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>Choose a line to see everything that was recorded.</source>
        <translation>选择一行查看全部记录内容。</translation>
    </message>
</context>
<context>
    <name>AuditModel</name>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Workstation</source>
        <translation>工作站</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>What was done</source>
        <translation>操作内容</translation>
    </message>
    <message>
        <source>Journal</source>
        <translation>日志</translation>
    </message>
</context>
<context>
    <name>AuditPage</name>
    <message>
        <source>Audit</source>
        <translation>审计</translation>
    </message>
    <message>
        <source>What people did</source>
        <translation>操作记录</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>记录详情</translation>
    </message>
    <message>
        <source>Lines: {}</source>
        <translation>共 {} 行</translation>
    </message>
    <message>
        <source>More than {} lines: ask for less, or export.</source>
        <translation>超过 {} 行：请缩小范围或导出。</translation>
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
    <name>BannerCounts</name>
    <message>
        <source>Shelved</source>
        <translation>搁置</translation>
    </message>
    <message>
        <source>Suppressed</source>
        <translation>抑制</translation>
    </message>
    <message>
        <source>Out of service</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>Flood since {}, {} alarms, first: {}</source>
        <translation>报警泛滥，自 {} 起 {} 条，首发：{}</translation>
    </message>
    <message>
        <source>Flood {} · {} · first</source>
        <comment>since when, how many alarms; then the first one</comment>
        <translation>泛滥 {} · {} 条 · 首发</translation>
    </message>
</context>
<context>
    <name>BannerRow</name>
    <message>
        <source>No alarm</source>
        <translation>无报警</translation>
    </message>
    <message>
        <source>✓ Ack</source>
        <comment>acknowledge, as short as can be</comment>
        <translation>✓ 确认</translation>
    </message>
    <message>
        <source>newest</source>
        <translation>最新</translation>
    </message>
    <message>
        <source>The engine was silent</source>
        <translation>采集引擎曾无响应</translation>
    </message>
    <message>
        <source>The store cannot be read: nothing here is up to date</source>
        <translation>数据库无法读取：画面不是最新的</translation>
    </message>
    <message>
        <source>No sound in this room: watch the screen</source>
        <translation>本机无声音：请注视画面</translation>
    </message>
    <message>
        <source>The store could not be read</source>
        <translation>数据库曾无法读取</translation>
    </message>
    <message>
        <source>There was no sound in this room</source>
        <translation>本机曾无声音</translation>
    </message>
    <message>
        <source>This room</source>
        <translation>本机</translation>
    </message>
</context>
<context>
    <name>CalendarPane</name>
    <message>
        <source>This week</source>
        <translation>本周</translation>
    </message>
    <message>
        <source>Who is on duty…</source>
        <translation>安排值班…</translation>
    </message>
    <message>
        <source>The week before</source>
        <translation>上一周</translation>
    </message>
    <message>
        <source>The next week</source>
        <translation>下一周</translation>
    </message>
    <message>
        <source>Shifts of the week</source>
        <translation>本周班次</translation>
    </message>
    <message>
        <source>now · {} left</source>
        <translation>当前 · 剩 {}</translation>
    </message>
    <message>
        <source>This site has no shifts</source>
        <translation>本站点未设班次</translation>
    </message>
    <message>
        <source>{} left</source>
        <translation>剩 {}</translation>
    </message>
    <message>
        <source>The calendar is kept by supervisors</source>
        <translation>由值班长排班</translation>
    </message>
</context>
<context>
    <name>ChangeForm</name>
    <message>
        <source>Change while running: recorded, and back to the site&apos;s by the site&apos;s own value</source>
        <translation>运行中修改：将被记录；填回配置值即恢复</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>修改</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>限值</translation>
    </message>
    <message>
        <source>Deadband</source>
        <translation>回差</translation>
    </message>
    <message>
        <source>On delay</source>
        <translation>动作延时</translation>
    </message>
    <message>
        <source>Off delay</source>
        <translation>恢复延时</translation>
    </message>
    <message>
        <source>Priority</source>
        <translation>优先级</translation>
    </message>
    <message>
        <source>site: {}</source>
        <translation>配置：{}</translation>
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
    <name>CoverForm</name>
    <message>
        <source>Give the cover</source>
        <translation>授权代班</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Area</source>
        <translation>区域</translation>
    </message>
    <message>
        <source>Role there</source>
        <translation>在该区域的角色</translation>
    </message>
    <message>
        <source>Until the end of</source>
        <translation>至以下班次结束</translation>
    </message>
    <message>
        <source>{} h</source>
        <translation>{} 小时</translation>
    </message>
    <message>
        <source>{} ({})</source>
        <translation>{}（{}）</translation>
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
        <translation>超周期</translation>
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
    <name>DutyForm</name>
    <message>
        <source>On duty: {} {}</source>
        <translation>值班人员：{} {}</translation>
    </message>
    <message>
        <source>Write the duty</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>EquipmentAlarms</name>
    <message>
        <source>Alarms and limits</source>
        <translation>报警与限值</translation>
    </message>
    <message>
        <source>Alarms here</source>
        <translation>本站报警</translation>
    </message>
</context>
<context>
    <name>EquipmentMenu</name>
    <message>
        <source>Trend</source>
        <translation>趋势</translation>
    </message>
    <message>
        <source>Alarms of this equipment</source>
        <translation>此设备的报警</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史记录</translation>
    </message>
</context>
<context>
    <name>ExportBar</name>
    <message>
        <source>Exports are noted: sign in or unlock first  (F2)</source>
        <translation>导出须留痕：请先登录或解锁  (F2)</translation>
    </message>
    <message>
        <source>Export CSV…</source>
        <translation>导出 CSV…</translation>
    </message>
    <message>
        <source>Export XLSX…</source>
        <translation>导出 XLSX…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Writing… {} lines</source>
        <translation>正在写入… {} 行</translation>
    </message>
    <message>
        <source>Export to a file</source>
        <translation>导出到文件</translation>
    </message>
    <message>
        <source>{} lines written to {}</source>
        <translation>已将 {} 行写入 {}</translation>
    </message>
    <message>
        <source>Not written: {}</source>
        <translation>未写入：{}</translation>
    </message>
    <message>
        <source>Ended, nothing was written</source>
        <translation>已取消，未写入任何文件</translation>
    </message>
    <message>
        <source>the folder does not exist</source>
        <translation>文件夹不存在</translation>
    </message>
    <message>
        <source>this file may not be written, or another program has it open</source>
        <translation>文件不可写，或正被其他程序打开</translation>
    </message>
    <message>
        <source>the disk is full</source>
        <translation>磁盘已满</translation>
    </message>
</context>
<context>
    <name>Faceplate</name>
    <message>
        <source>Trend</source>
        <translation>趋势</translation>
    </message>
    <message>
        <source>Events</source>
        <translation>事件</translation>
    </message>
    <message>
        <source>Communication</source>
        <translation>通讯</translation>
    </message>
    <message>
        <source>Log entry…</source>
        <translation>写值班记录…</translation>
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
    <name>FoundForm</name>
    <message>
        <source>Name to sign in with</source>
        <translation>登录用户名</translation>
    </message>
    <message>
        <source>Full name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Password (10 characters at least)</source>
        <translation>密码（至少 10 个字符）</translation>
    </message>
    <message>
        <source>Password again</source>
        <translation>再次输入密码</translation>
    </message>
    <message>
        <source>Make the administrator</source>
        <translation>建立管理员账户</translation>
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
    <name>GroupForm</name>
    <message>
        <source>Save these pens</source>
        <translation>保存这些曲线</translation>
    </message>
    <message>
        <source>Rename the group</source>
        <translation>重命名分组</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Remove the group</source>
        <translation>删除分组</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>For everybody</source>
        <translation>供所有人使用</translation>
    </message>
    <message>
        <source>“{}” will be gone for all who use it.</source>
        <translation>“{}”将对所有使用者消失。</translation>
    </message>
</context>
<context>
    <name>Groups</name>
    <message>
        <source>Stations</source>
        <translation>泵站</translation>
    </message>
    <message>
        <source>My groups</source>
        <translation>我的分组</translation>
    </message>
    <message>
        <source>Shared groups</source>
        <translation>共享分组</translation>
    </message>
    <message>
        <source>Rename “{}”…</source>
        <translation>重命名“{}”…</translation>
    </message>
    <message>
        <source>Remove “{}”…</source>
        <translation>删除“{}”…</translation>
    </message>
</context>
<context>
    <name>HandoverModel</name>
    <message>
        <source>Signed</source>
        <translation>签字时间</translation>
    </message>
    <message>
        <source>Shift</source>
        <translation>班次</translation>
    </message>
    <message>
        <source>From → to</source>
        <translation>交班 → 接班</translation>
    </message>
    <message>
        <source>Journals</source>
        <translation>日志核对</translation>
    </message>
</context>
<context>
    <name>HandoverView</name>
    <message>
        <source>Print to PDF…</source>
        <translation>打印为 PDF…</translation>
    </message>
    <message>
        <source>Make it anew</source>
        <translation>重新生成</translation>
    </message>
    <message>
        <source>Make a sheet, or choose a handover at the left.</source>
        <translation>在左侧生成交班表，或选择一次交接班。</translation>
    </message>
    <message>
        <source>Handover</source>
        <translation>交班表</translation>
    </message>
    <message>
        <source>Handover, not signed yet</source>
        <translation>交班表（未签字）</translation>
    </message>
    <message>
        <source>Signed</source>
        <translation>已签字</translation>
    </message>
    <message>
        <source>Read and sign</source>
        <translation>阅读与签字</translation>
    </message>
    <message>
        <source>Print to PDF</source>
        <translation>打印为 PDF</translation>
    </message>
    <message>
        <source>Printed to {}</source>
        <translation>已打印到 {}</translation>
    </message>
    <message>
        <source>Nothing was printed: {}</source>
        <translation>未打印：{}</translation>
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
        <source>{} in reserve</source>
        <comment>pumps</comment>
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
        <source>Whether a hold tag hung here then is not known</source>
        <translation>当时是否挂牌：无记录可查</translation>
    </message>
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
    <name>JournalBar</name>
    <message>
        <source>All areas</source>
        <translation>全部片区</translation>
    </message>
    <message>
        <source>All journals</source>
        <translation>全部日志</translation>
    </message>
    <message>
        <source>Place or tag</source>
        <translation>地点或位号</translation>
    </message>
    <message>
        <source>Person</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Text  (Ctrl+F)</source>
        <translation>文字  (Ctrl+F)</translation>
    </message>
    <message>
        <source>From</source>
        <translation>自</translation>
    </message>
    <message>
        <source>To</source>
        <translation>至</translation>
    </message>
    <message>
        <source>Journal</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Area</source>
        <translation>片区</translation>
    </message>
    <message>
        <source>Priority {}</source>
        <translation>{} 级</translation>
    </message>
</context>
<context>
    <name>JournalModel</name>
    <message>
        <source>P</source>
        <translation>级</translation>
    </message>
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
    <name>JournalPage</name>
    <message>
        <source>Journal</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Entry</source>
        <translation>条目详情</translation>
    </message>
    <message>
        <source>Choose a line to see everything that was recorded.</source>
        <translation>选择一行，查看全部记录。</translation>
    </message>
    <message>
        <source>Older…</source>
        <translation>更早…</translation>
    </message>
    <message>
        <source>The room at this moment</source>
        <translation>当时的画面</translation>
    </message>
    <message>
        <source>Show how everything stood when this line was written  (Ctrl+Enter)</source>
        <translation>显示写入此行时的全貌  (Ctrl+Enter)</translation>
    </message>
    <message>
        <source>{} lines on screen: for older ones ask for less, or export</source>
        <translation>已显示 {} 行：更早的请缩小查询范围，或导出</translation>
    </message>
    <message>
        <source>Lines: {}</source>
        <translation>共 {} 行</translation>
    </message>
    <message>
        <source>↑ Newest ({} new)</source>
        <translation>↑ 最新（新增 {}）</translation>
    </message>
    <message>
        <source>↑ Newest</source>
        <translation>↑ 最新</translation>
    </message>
    <message>
        <source>What was recorded</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>Nothing was recorded that fits the question</source>
        <translation>没有符合条件的记录</translation>
    </message>
    <message>
        <source>follows</source>
        <translation>持续更新</translation>
    </message>
</context>
<context>
    <name>KeptPane</name>
    <message>
        <source>Hands over</source>
        <translation>交班</translation>
    </message>
    <message>
        <source>Takes over</source>
        <translation>接班</translation>
    </message>
    <message>
        <source>Workstation</source>
        <translation>工作站</translation>
    </message>
    <message>
        <source>Journals</source>
        <translation>日志核对</translation>
    </message>
    <message>
        <source>Password of {}</source>
        <translation>{} 的密码</translation>
    </message>
    <message>
        <source>Give the session to {}</source>
        <translation>由 {} 接管本机</translation>
    </message>
    <message>
        <source>Stay signed in</source>
        <translation>保持当前登录</translation>
    </message>
    <message>
        <source>The sheet is not the one that was signed.</source>
        <translation>交班表与签字时不一致。</translation>
    </message>
    <message>
        <source>Lines that were there when it was signed are missing or different: the journal was cut.</source>
        <translation>签字时已有的日志行缺失或不同：日志被截断。</translation>
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
        <source>a page, in the order of the rail</source>
        <translation>页面，按左栏顺序</translation>
    </message>
    <message>
        <source>a station, in the order of the rail</source>
        <translation>某一泵站（按左侧顺序）</translation>
    </message>
    <message>
        <source>the time bar; from the past back to now</source>
        <translation>时间栏；从历史返回当前</translation>
    </message>
    <message>
        <source>the place of the highest alarm</source>
        <translation>最高级别报警的地点</translation>
    </message>
    <message>
        <source>acknowledge the first line of the banner</source>
        <translation>确认横幅第一条</translation>
    </message>
    <message>
        <source>silence the horn</source>
        <translation>消音</translation>
    </message>
    <message>
        <source>acknowledge what is chosen in the alarm list</source>
        <translation>确认报警列表中选中的报警</translation>
    </message>
    <message>
        <source>choose the visible alarms of one priority</source>
        <translation>选中可见的同一级别报警</translation>
    </message>
    <message>
        <source>shelve the alarm; go to its trend</source>
        <translation>搁置报警；查看其趋势</translation>
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
        <source>search the list or the journal</source>
        <translation>在列表或日志中搜索</translation>
    </message>
    <message>
        <source>sign in, unlock, who sits here</source>
        <translation>登录、解锁、当前用户</translation>
    </message>
    <message>
        <source>lock the session</source>
        <translation>锁定会话</translation>
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
    <name>LateSection</name>
    <message>
        <source>Looked on site…</source>
        <translation>已现场查看…</translation>
    </message>
    <message>
        <source>Take commands again</source>
        <translation>恢复命令</translation>
    </message>
    <message>
        <source>What was seen (needed)</source>
        <translation>现场所见（必填）</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>A command timed out; no journal says which. Look at all of this PLC.</source>
        <translation>有命令超时，但没有记录是哪一条：请查看此控制器的全部设备</translation>
    </message>
    <message>
        <source>Timed out: {} · {}, by {} at {}</source>
        <translation>超时：{} · {}，{}，{}</translation>
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
    <name>LockedForm</name>
    <message>
        <source>Demo: any word unlocks</source>
        <translation>演示：输入任意内容即可解锁</translation>
    </message>
    <message>
        <source>Password of {}</source>
        <translation>{} 的密码</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>解锁</translation>
    </message>
    <message>
        <source>Another person signs in</source>
        <translation>换人登录</translation>
    </message>
</context>
<context>
    <name>LogView</name>
    <message>
        <source>This shift</source>
        <translation>本班</translation>
    </message>
    <message>
        <source>Last 24 hours</source>
        <translation>最近 24 小时</translation>
    </message>
    <message>
        <source>Last 7 days</source>
        <translation>最近 7 天</translation>
    </message>
    <message>
        <source>Last 30 days</source>
        <translation>最近 30 天</translation>
    </message>
    <message>
        <source>Last year</source>
        <translation>最近一年</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Search the notes  (Ctrl+F)</source>
        <translation>搜索记录  (Ctrl+F)</translation>
    </message>
    <message>
        <source>Log book</source>
        <translation>值班记录</translation>
    </message>
    <message>
        <source>written once, never changed</source>
        <translation>写后不可更改</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>Write a note</source>
        <translation>写记录</translation>
    </message>
    <message>
        <source>Notes: {}</source>
        <translation>记录：{} 条</translation>
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
    <name>MiniTrend</name>
    <message>
        <source>To the trend</source>
        <translation>查看趋势</translation>
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
    <name>MustRead</name>
    <message>
        <source>{} reads</source>
        <translation>{} 阅读</translation>
    </message>
    <message>
        <source>Takes over: signs below</source>
        <translation>接班人：在下方签名</translation>
    </message>
    <message>
        <source>Enter opens an item and ticks it for who reads. Both must read each of them.</source>
        <translation>按回车打开并为当前阅读人打勾。每项须双方都读。</translation>
    </message>
    <message>
        <source>Nothing of the highest priority stands.</source>
        <translation>没有最高优先级的事项。</translation>
    </message>
    <message>
        <source>{} left</source>
        <translation>余 {} 项</translation>
    </message>
</context>
<context>
    <name>NoteDetail</name>
    <message>
        <source>Unpin</source>
        <translation>取消置顶</translation>
    </message>
    <message>
        <source>Choose a note to read it in full.</source>
        <translation>选择一条记录查看全文。</translation>
    </message>
</context>
<context>
    <name>NoteForm</name>
    <message>
        <source>What happened, what is to be done</source>
        <translation>发生了什么，要做什么</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>About: type a name or a path</source>
        <translation>关于：输入名称或路径</translation>
    </message>
    <message>
        <source>What the note is about</source>
        <translation>记录涉及的对象</translation>
    </message>
    <message>
        <source>Pin on top; both must read it at the handover</source>
        <translation>置顶；交接班时双方必读</translation>
    </message>
    <message>
        <source>Write  (Ctrl+Enter)</source>
        <translation>写入  (Ctrl+Enter)</translation>
    </message>
    <message>
        <source>Sign in as an operator to write</source>
        <translation>以值班员身份登录后才能写</translation>
    </message>
</context>
<context>
    <name>NoteModel</name>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>About</source>
        <translation>关于</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>置顶</translation>
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
    <name>OutOfServiceForm</name>
    <message>
        <source>Out of service: until somebody signs it off</source>
        <translation>停用：直到有人签字恢复</translation>
    </message>
    <message>
        <source>Take out of service</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>Work order (needed)</source>
        <translation>工单号（必填）</translation>
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
    <name>Output</name>
    <message>
        <source>Picture (PNG)…</source>
        <translation>图片 (PNG)…</translation>
    </message>
    <message>
        <source>PDF…</source>
        <translation>PDF…</translation>
    </message>
    <message>
        <source>Print…</source>
        <translation>打印…</translation>
    </message>
    <message>
        <source>All samples, CSV…</source>
        <translation>全部样本，CSV…</translation>
    </message>
    <message>
        <source>All samples, Parquet…</source>
        <translation>全部样本，Parquet…</translation>
    </message>
    <message>
        <source>Exports are noted: sign in or unlock first  (F2)</source>
        <translation>导出会被记录：请先登录或解锁  (F2)</translation>
    </message>
    <message>
        <source>Qianliyan</source>
        <translation>千里眼</translation>
    </message>
    <message>
        <source>Write to a file</source>
        <translation>写入文件</translation>
    </message>
    <message>
        <source>Written: {}</source>
        <translation>已写入：{}</translation>
    </message>
    <message>
        <source>Not written: {}</source>
        <translation>未写入：{}</translation>
    </message>
    <message>
        <source>Sent to the printer</source>
        <translation>已送打印机</translation>
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
        <source>Alarms now</source>
        <translation>当前报警</translation>
    </message>
    <message>
        <source>{} unacknowledged</source>
        <translation>{} 条未确认</translation>
    </message>
    <message>
        <source>Alarms then</source>
        <translation>当时报警</translation>
    </message>
    <message>
        <source>Areas</source>
        <translation>片区</translation>
    </message>
    <message>
        <source>Latest events</source>
        <translation>最新事件</translation>
    </message>
</context>
<context>
    <name>PasswordForm</name>
    <message>
        <source>Password until now</source>
        <translation>原密码</translation>
    </message>
    <message>
        <source>New password (10 characters at least)</source>
        <translation>新密码（至少 10 个字符）</translation>
    </message>
    <message>
        <source>New password again</source>
        <translation>再次输入新密码</translation>
    </message>
    <message>
        <source>Change password</source>
        <translation>修改密码</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>PastStrip</name>
    <message>
        <source>PAST</source>
        <translation>历史</translation>
    </message>
    <message>
        <source>not the present</source>
        <translation>非当前画面</translation>
    </message>
    <message>
        <source>above: now</source>
        <translation>以上为当前</translation>
    </message>
    <message>
        <source>this page shows the present</source>
        <translation>本页显示的是当前</translation>
    </message>
    <message>
        <source>reading…</source>
        <translation>读取中…</translation>
    </message>
    <message>
        <source>no engine ran then</source>
        <translation>当时引擎未运行</translation>
    </message>
    <message>
        <source>playing {}×</source>
        <translation>{}× 播放中</translation>
    </message>
    <message>
        <source>there is no past yet</source>
        <translation>尚无历史数据</translation>
    </message>
    <message>
        <source>no further alarm this way</source>
        <translation>此方向没有更多报警</translation>
    </message>
    <message>
        <source>the end is reached</source>
        <translation>已到末尾</translation>
    </message>
    <message>
        <source>the record begins here: nothing is known of earlier</source>
        <translation>记录从此刻开始，更早的情况无从得知</translation>
    </message>
    <message>
        <source>Return to now  (F4)</source>
        <translation>返回当前  (F4)</translation>
    </message>
</context>
<context>
    <name>PenMenu</name>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Hide  (H)</source>
        <translation>隐藏  (H)</translation>
    </message>
    <message>
        <source>Take away  (Delete)</source>
        <translation>移除  (Delete)</translation>
    </message>
    <message>
        <source>Where it is</source>
        <translation>所在位置</translation>
    </message>
    <message>
        <source>Its alarms</source>
        <translation>相关报警</translation>
    </message>
    <message>
        <source>Its journal</source>
        <translation>相关日志</translation>
    </message>
</context>
<context>
    <name>PeoplePage</name>
    <message>
        <source>People</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Accounts</source>
        <translation>账户</translation>
    </message>
    <message>
        <source>Open sessions</source>
        <translation>当前会话</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>账户详情</translation>
    </message>
    <message>
        <source>Accounts are kept by administrators.</source>
        <translation>账户由管理员维护。</translation>
    </message>
</context>
<context>
    <name>PerformancePage</name>
    <message>
        <source>Alarm performance</source>
        <translation>报警绩效</translation>
    </message>
    <message>
        <source>Figure</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>结论</translation>
    </message>
    <message>
        <source>at most</source>
        <translation>上限</translation>
    </message>
    <message>
        <source>average</source>
        <translation>平均</translation>
    </message>
    <message>
        <source>average per 10 min</source>
        <translation>平均每 10 分钟</translation>
    </message>
    <message>
        <source>worst 10 min</source>
        <translation>最多的 10 分钟</translation>
    </message>
    <message>
        <source>manageable</source>
        <translation>可管理</translation>
    </message>
    <message>
        <source>No alarm in this period</source>
        <translation>该时段没有报警</translation>
    </message>
    <message>
        <source>Alarms: {}</source>
        <translation>报警 {} 个</translation>
    </message>
    <message>
        <source>Figures and targets</source>
        <translation>指标与目标</translation>
    </message>
    <message>
        <source>Alarms per 10 min</source>
        <translation>每 10 分钟报警数</translation>
    </message>
    <message>
        <source>Load of each day</source>
        <translation>每日负荷</translation>
    </message>
    <message>
        <source>the ring is the last day</source>
        <translation>圆圈为最后一天</translation>
    </message>
    <message>
        <source>Priorities</source>
        <translation>优先级分布</translation>
    </message>
    <message>
        <source>the stroke is the most it should be</source>
        <translation>竖线为目标上限</translation>
    </message>
    <message>
        <source>Ten most frequent</source>
        <translation>最频繁的十个</translation>
    </message>
    <message>
        <source>Reading… {} lines</source>
        <translation>正在读取… {} 行</translation>
    </message>
    <message>
        <source>More than {} lines: the oldest are left out</source>
        <translation>超过 {} 行：最早的未计入</translation>
    </message>
    <message>
        <source>Shorter than {} days: the verdicts are of this time only, not of the alarm system</source>
        <translation>短于 {} 天：结论只说明这段时间，不足以评价报警系统</translation>
    </message>
</context>
<context>
    <name>PeriodBar</name>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>From</source>
        <translation>自</translation>
    </message>
    <message>
        <source>To</source>
        <translation>至</translation>
    </message>
</context>
<context>
    <name>PersonButton</name>
    <message>
        <source>Locked</source>
        <translation>已锁定</translation>
    </message>
    <message>
        <source>Locked by {}: everything can be looked at, alarms go on. Unlock it, or sign in  (F2)</source>
        <translation>{} 已锁定：可查看全部内容，报警照常。解锁或换人登录  (F2)</translation>
    </message>
    <message>
        <source>Everything can be looked at. Sign in to act  (F2)</source>
        <translation>可查看全部内容，登录后才能操作  (F2)</translation>
    </message>
    <message>
        <source>First account</source>
        <translation>首个账户</translation>
    </message>
    <message>
        <source>Viewing only</source>
        <translation>仅供查看</translation>
    </message>
    <message>
        <source>Session ended</source>
        <translation>会话已结束</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>登录</translation>
    </message>
    <message>
        <source>No store</source>
        <translation>无数据库</translation>
    </message>
</context>
<context>
    <name>Present</name>
    <message>
        <source>all areas</source>
        <translation>全部区域</translation>
    </message>
    <message>
        <source>at {}</source>
        <translation>工作站 {}</translation>
    </message>
    <message>
        <source>Another person signs in</source>
        <translation>换人登录</translation>
    </message>
    <message>
        <source>Lock  (Ctrl+Shift+L)</source>
        <translation>锁定  (Ctrl+Shift+L)</translation>
    </message>
    <message>
        <source>Change password…</source>
        <translation>修改密码…</translation>
    </message>
    <message>
        <source>Sign out</source>
        <translation>退出登录</translation>
    </message>
    <message>
        <source>This workstation locks when nobody uses it for</source>
        <translation>本工作站无人操作时自动锁定</translation>
    </message>
    <message>
        <source>{} minutes</source>
        <translation>{} 分钟后</translation>
    </message>
    <message>
        <source>never lock by itself</source>
        <translation>从不自动锁定</translation>
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
        <source>Alarms</source>
        <translation>报警</translation>
    </message>
    <message>
        <source>Stations</source>
        <translation>泵站</translation>
    </message>
    <message>
        <source>Trends</source>
        <translation>趋势</translation>
    </message>
    <message>
        <source>Shift</source>
        <translation>值班</translation>
    </message>
    <message>
        <source>Journal</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Performance</source>
        <translation>报警绩效</translation>
    </message>
    <message>
        <source>Audit</source>
        <translation>审计</translation>
    </message>
    <message>
        <source>System</source>
        <translation>系统</translation>
    </message>
    <message>
        <source>People</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>PAST</source>
        <translation>历史</translation>
    </message>
</context>
<context>
    <name>ReadModel</name>
    <message>
        <source>Both must read</source>
        <translation>双方必读</translation>
    </message>
    <message>
        <source>Out</source>
        <translation>交</translation>
    </message>
    <message>
        <source>In</source>
        <translation>接</translation>
    </message>
</context>
<context>
    <name>ReasonForm</name>
    <message>
        <source>Acknowledge with a note</source>
        <translation>附说明确认</translation>
    </message>
    <message>
        <source>Reset the latched alarm</source>
        <translation>复位自锁报警</translation>
    </message>
    <message>
        <source>End the shelf now</source>
        <translation>立即结束搁置</translation>
    </message>
    <message>
        <source>Back into service: sign off</source>
        <translation>恢复使用：签字</translation>
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
    <name>RoomSettings</name>
    <message>
        <source>Test sounds</source>
        <translation>试听声音</translation>
    </message>
    <message>
        <source>No flashing</source>
        <translation>停止闪烁</translation>
    </message>
    <message>
        <source>Nothing moves on screen; frames stay and tell the state</source>
        <translation>画面不再闪动，边框仍显示状态</translation>
    </message>
</context>
<context>
    <name>SecondSigner</name>
    <message>
        <source>Two persons must sign</source>
        <translation>须两人签名</translation>
    </message>
    <message>
        <source>First</source>
        <translation>第一人</translation>
    </message>
    <message>
        <source>Second, within a minute</source>
        <translation>第二人（一分钟内有效）</translation>
    </message>
    <message>
        <source>Second person&apos;s name</source>
        <translation>第二人用户名</translation>
    </message>
    <message>
        <source>His password</source>
        <translation>第二人密码</translation>
    </message>
    <message>
        <source>Sign second</source>
        <translation>第二人签名</translation>
    </message>
    <message>
        <source>The minute is over: sign again.</source>
        <translation>一分钟已过，请重新签名。</translation>
    </message>
    <message>
        <source>Demo store: account {}, password {}</source>
        <translation>演示库：第二人用 {}，密码 {}</translation>
    </message>
</context>
<context>
    <name>SessionModel</name>
    <message>
        <source>Person</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Workstation</source>
        <translation>工作站</translation>
    </message>
    <message>
        <source>Signed in since</source>
        <translation>登录时间</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
</context>
<context>
    <name>SessionPanel</name>
    <message>
        <source>Sign in</source>
        <translation>登录</translation>
    </message>
    <message>
        <source>First account: the administrator</source>
        <translation>首个账户：管理员</translation>
    </message>
    <message>
        <source>Signed in</source>
        <translation>已登录</translation>
    </message>
    <message>
        <source>Locked: {}</source>
        <translation>已锁定：{}</translation>
    </message>
    <message>
        <source>Change password</source>
        <translation>修改密码</translation>
    </message>
    <message>
        <source>Esc closes</source>
        <translation>Esc 关闭</translation>
    </message>
    <message>
        <source>This store has no accounts yet. The administrator adds the others; he commands nothing.</source>
        <translation>本数据库尚无账户。管理员负责添加其他账户，自己不操作设备。</translation>
    </message>
    <message>
        <source>Everything can be looked at and alarms go on. Nothing can be asked until it is unlocked.</source>
        <translation>可查看全部内容，报警照常显示和发声；解锁前不能操作。</translation>
    </message>
    <message>
        <source>{} will be signed out. Pages stay as they are.</source>
        <translation>{} 将退出登录，页面保持不变。</translation>
    </message>
    <message>
        <source>The session has ended: after 13 hours, or by an administrator. Sign in again.</source>
        <translation>会话已结束：超过 13 小时，或由管理员结束。请重新登录。</translation>
    </message>
    <message>
        <source>Nobody is signed in. Everything can be looked at.</source>
        <translation>无人登录，可查看全部内容。</translation>
    </message>
    <message>
        <source>The store does not answer. It is tried again by itself.</source>
        <translation>数据库无响应，将自动重试。</translation>
    </message>
</context>
<context>
    <name>ShelveForm</name>
    <message>
        <source>Shelve: out of the list, sound and flashing for a time</source>
        <translation>搁置：暂时移出列表，不响不闪</translation>
    </message>
    <message>
        <source>Shelve</source>
        <translation>搁置</translation>
    </message>
    <message>
        <source>Ends early when the alarm returns to normal</source>
        <translation>报警恢复时提前结束</translation>
    </message>
    <message>
        <source>for {} min</source>
        <translation>{} 分钟</translation>
    </message>
    <message>
        <source>for {} h</source>
        <translation>{} 小时</translation>
    </message>
    <message>
        <source>for {} d</source>
        <translation>{} 天</translation>
    </message>
</context>
<context>
    <name>ShiftPage</name>
    <message>
        <source>Shift</source>
        <translation>值班</translation>
    </message>
    <message>
        <source>Shifts</source>
        <translation>排班</translation>
    </message>
    <message>
        <source>Handovers</source>
        <translation>交接班</translation>
    </message>
    <message>
        <source>Log book</source>
        <translation>值班记录</translation>
    </message>
    <message>
        <source>Handover</source>
        <translation>交班表</translation>
    </message>
    <message>
        <source>Hand the shift over…</source>
        <translation>生成交班表…</translation>
    </message>
    <message>
        <source>Hand over {}…</source>
        <translation>交班：{}…</translation>
    </message>
</context>
<context>
    <name>SignInForm</name>
    <message>
        <source>Demo store: account {}, password {}</source>
        <translation>演示库：账户 {} 的密码为 {}</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>用户名</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>New password (10 characters at least)</source>
        <translation>新密码（至少 10 个字符）</translation>
    </message>
    <message>
        <source>New password again</source>
        <translation>再次输入新密码</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>登录</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Demo user, without a password</source>
        <translation>演示用户（无需密码）</translation>
    </message>
</context>
<context>
    <name>SignPane</name>
    <message>
        <source>Sign for both: hand the shift over</source>
        <translation>双方签字交接班</translation>
    </message>
    <message>
        <source>⚠ Something of the highest priority changed since, or half an hour went by: make the sheet anew.</source>
        <translation>⚠ 最高优先级事项已有变化，或已超过半小时：请重新生成。</translation>
    </message>
    <message>
        <source>{}: {} unread</source>
        <translation>{} 有 {} 项未读</translation>
    </message>
    <message>
        <source>Cannot be signed yet. {}</source>
        <translation>还不能签字：{}</translation>
    </message>
    <message>
        <source>Who takes over gives name and password, then reads.</source>
        <translation>接班人输入用户名和密码后阅读。</translation>
    </message>
    <message>
        <source>Who takes over signs once more.</source>
        <translation>请接班人再次签名。</translation>
    </message>
    <message>
        <source>Sign in first: who is signed in hands over  (F2)</source>
        <translation>请先登录：由登录人交班  (F2)</translation>
    </message>
    <message>
        <source>The session is locked: unlock it first  (F2)</source>
        <translation>会话已锁定：请先解锁  (F2)</translation>
    </message>
    <message>
        <source>Only operators hand a shift over.</source>
        <translation>只有值班员可以交接班。</translation>
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
    <name>SureForm</name>
    <message>
        <source>New password (10 characters at least)</source>
        <translation>新密码（至少 10 个字符）</translation>
    </message>
    <message>
        <source>New password again</source>
        <translation>再次输入新密码</translation>
    </message>
    <message>
        <source>{} is signed out and chooses his own at the next sign-in.</source>
        <translation>{} 将退出登录，下次登录时自设新密码。</translation>
    </message>
    <message>
        <source>Set password</source>
        <translation>设置密码</translation>
    </message>
    <message>
        <source>{} is signed out and cannot sign in any more.</source>
        <translation>{} 将退出登录，且不能再登录。</translation>
    </message>
    <message>
        <source>Disable</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>{} can sign in again.</source>
        <translation>{} 可以重新登录。</translation>
    </message>
    <message>
        <source>Enable</source>
        <translation>启用</translation>
    </message>
    <message>
        <source>{} can try again at once.</source>
        <translation>{} 可立即重试登录。</translation>
    </message>
    <message>
        <source>End the lock-out</source>
        <translation>解除锁定</translation>
    </message>
    <message>
        <source>{} is signed out everywhere.</source>
        <translation>{} 将在所有工作站退出登录。</translation>
    </message>
    <message>
        <source>Sign out everywhere</source>
        <translation>全部退出登录</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
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
    <name>TimeBar</name>
    <message>
        <source>1 hour</source>
        <translation>1 小时</translation>
    </message>
    <message>
        <source>8 hours</source>
        <translation>8 小时</translation>
    </message>
    <message>
        <source>1 day</source>
        <translation>1 天</translation>
    </message>
    <message>
        <source>1 week</source>
        <translation>1 周</translation>
    </message>
    <message>
        <source>30 days</source>
        <translation>30 天</translation>
    </message>
    <message>
        <source>1 year</source>
        <translation>1 年</translation>
    </message>
    <message>
        <source>Go to an instant: 2026-11-24 03:12:07, 03:12 or -15 min</source>
        <translation>转到某一时刻：2026-11-24 03:12:07、03:12 或 -15 分</translation>
    </message>
    <message>
        <source>Instant that is shown</source>
        <translation>所显示的时刻</translation>
    </message>
    <message>
        <source>Alarms over time; hatched: nothing was recorded. Click or drag to go there.</source>
        <translation>报警随时间的分布；斜线处没有记录。单击或拖动即可前往。</translation>
    </message>
    <message>
        <source>Not an instant. Write 2026-11-24 03:12:07, 03:12 or -15 min</source>
        <translation>无法识别。请写成 2026-11-24 03:12:07、03:12 或 -15 分</translation>
    </message>
    <message>
        <source>not an instant</source>
        <translation>无法识别的时刻</translation>
    </message>
</context>
<context>
    <name>TimeButton</name>
    <message>
        <source>Return to now  (F4)</source>
        <translation>返回当前  (F4)</translation>
    </message>
    <message>
        <source>Look back in time  (F4)</source>
        <translation>查看历史  (F4)</translation>
    </message>
</context>
<context>
    <name>TimeKeys</name>
    <message>
        <source>‹ alarm</source>
        <translation>‹ 报警</translation>
    </message>
    <message>
        <source>The alarm before  (P)</source>
        <translation>上一条报警  (P)</translation>
    </message>
    <message>
        <source>−1 min</source>
        <translation>−1 分</translation>
    </message>
    <message>
        <source>One minute back  (Shift+←)</source>
        <translation>后退一分钟  (Shift+←)</translation>
    </message>
    <message>
        <source>−10 s</source>
        <translation>−10 秒</translation>
    </message>
    <message>
        <source>Ten seconds back  (←)</source>
        <translation>后退十秒  (←)</translation>
    </message>
    <message>
        <source>−1 frame</source>
        <translation>−1 帧</translation>
    </message>
    <message>
        <source>One frame back  (,)</source>
        <translation>后退一帧  (,)</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Let time stand  (Space)</source>
        <translation>暂停播放  (空格)</translation>
    </message>
    <message>
        <source>+1 frame</source>
        <translation>+1 帧</translation>
    </message>
    <message>
        <source>One frame on  (.)</source>
        <translation>前进一帧  (.)</translation>
    </message>
    <message>
        <source>+10 s</source>
        <translation>+10 秒</translation>
    </message>
    <message>
        <source>Ten seconds on  (→)</source>
        <translation>前进十秒  (→)</translation>
    </message>
    <message>
        <source>+1 min</source>
        <translation>+1 分</translation>
    </message>
    <message>
        <source>One minute on  (Shift+→)</source>
        <translation>前进一分钟  (Shift+→)</translation>
    </message>
    <message>
        <source>alarm ›</source>
        <translation>报警 ›</translation>
    </message>
    <message>
        <source>The next alarm  (N)</source>
        <translation>下一条报警  (N)</translation>
    </message>
    <message>
        <source>▶ {}×</source>
        <translation>▶ {}×</translation>
    </message>
    <message>
        <source>Play {}×</source>
        <translation>{}× 播放</translation>
    </message>
</context>
<context>
    <name>TrendBar</name>
    <message>
        <source>PAUSED · {} behind</source>
        <translation>暂停 · 落后 {}</translation>
    </message>
    <message>
        <source>PAUSED</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>FOLLOWS THE PAST</source>
        <translation>跟随历史时刻</translation>
    </message>
    <message>
        <source>LIVE · engine silent</source>
        <translation>实时 · 引擎静默</translation>
    </message>
    <message>
        <source>LIVE</source>
        <translation>实时</translation>
    </message>
    <message>
        <source>Compare ▾</source>
        <translation>对比 ▾</translation>
    </message>
    <message>
        <source>Full range</source>
        <translation>全量程</translation>
    </message>
    <message>
        <source>The tags&apos; whole ranges, or what is seen  (Y)</source>
        <translation>按测点全量程显示，或只按可见数据  (Y)</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>保存…</translation>
    </message>
    <message>
        <source>Output ▾</source>
        <translation>输出 ▾</translation>
    </message>
    <message>
        <source>Back to live</source>
        <translation>回到实时</translation>
    </message>
    <message>
        <source>The room at A</source>
        <translation>控制室回到 A</translation>
    </message>
    <message>
        <source>Show how everything stood at the cursor  (Ctrl+Enter)</source>
        <translation>显示光标时刻的全部状态  (Ctrl+Enter)</translation>
    </message>
    <message>
        <source>Earlier  (Page Up)</source>
        <translation>更早  (Page Up)</translation>
    </message>
    <message>
        <source>Later  (Page Down)</source>
        <translation>更晚  (Page Down)</translation>
    </message>
    <message>
        <source>Add a value: name, place or path  (Ctrl+F)</source>
        <translation>添加测点：名称、地点或路径  (Ctrl+F)</translation>
    </message>
    <message>
        <source>No tag fits</source>
        <translation>没有符合的测点</translation>
    </message>
</context>
<context>
    <name>TrendsPage</name>
    <message>
        <source>Trends</source>
        <translation>趋势</translation>
    </message>
    <message>
        <source>{} tags of this group are no longer there</source>
        <translation>该组中有 {} 个测点已不存在</translation>
    </message>
    <message>
        <source>Pen</source>
        <translation>曲线</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>质量</translation>
    </message>
    <message>
        <source>Source time</source>
        <translation>源时间</translation>
    </message>
    <message>
        <source>At B</source>
        <translation>B 处</translation>
    </message>
    <message>
        <source>B − A</source>
        <translation>B − A</translation>
    </message>
    <message>
        <source>Min</source>
        <translation>最小</translation>
    </message>
    <message>
        <source>Max</source>
        <translation>最大</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>平均</translation>
    </message>
    <message>
        <source>Integral · on-time</source>
        <translation>积分 · 运行时长</translation>
    </message>
    <message>
        <source>Beyond limit</source>
        <translation>越限时长</translation>
    </message>
    <message>
        <source>No record</source>
        <translation>无记录</translation>
    </message>
    <message>
        <source>Marks not read: too many</source>
        <translation>标记过多，未读取</translation>
    </message>
    <message>
        <source>bad</source>
        <translation>坏值</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>分组</translation>
    </message>
    <message>
        <source>Drag a value here, or add one by its name  (Ctrl+F)</source>
        <translation>把数值拖到这里，或按名称添加  (Ctrl+F)</translation>
    </message>
    <message>
        <source>⚠ {} pens were not read in time: R reads again</source>
        <translation>⚠ 有 {} 条曲线未能按时读完：按 R 重读</translation>
    </message>
    <message>
        <source>{} pens are the most: take one away first</source>
        <translation>最多 {} 条曲线：请先移除一条</translation>
    </message>
    <message>
        <source>There is nothing to draw at {}</source>
        <translation>{} 没有可绘制的测点</translation>
    </message>
    <message>
        <source>{} holds text: there is nothing to draw</source>
        <translation>{} 是文本，无法绘制</translation>
    </message>
</context>
<context>
    <name>ViewsBar</name>
    <message>
        <source>Saved views</source>
        <translation>已存视图</translation>
    </message>
    <message>
        <source>Save view</source>
        <translation>保存视图</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>列</translation>
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
    <name>_Clock</name>
    <message>
        <source>Now</source>
        <translation>当前</translation>
    </message>
    <message>
        <source>Shown</source>
        <translation>画面</translation>
    </message>
</context>
<context>
    <name>_Numbers</name>
    <message>
        <source>Priority {}: {} unacknowledged, {} acknowledged</source>
        <translation>{} 级：{} 条未确认，{} 条已确认</translation>
    </message>
</context>
<context>
    <name>_PenActions</name>
    <message>
        <source>The shift before</source>
        <translation>上一班</translation>
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
    <message>
        <source>✓ Ack</source>
        <translation>✓ 确认</translation>
    </message>
</context>
</TS>
